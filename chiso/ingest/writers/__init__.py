"""Tables -> bytes, row by row: what the readers beside it give back as it was."""
