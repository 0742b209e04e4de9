"""One module per command: arguments to values, one verb, its result rendered."""
