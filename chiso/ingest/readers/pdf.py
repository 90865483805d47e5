def read_pdf(data): raise NotImplementedError
