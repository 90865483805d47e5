"""What goes out and comes in as tables: the appendices' figures, and the records of an office."""
