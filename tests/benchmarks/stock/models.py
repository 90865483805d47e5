"""django-simple-history puts the history of figures here (`jobs.with_history`)."""
