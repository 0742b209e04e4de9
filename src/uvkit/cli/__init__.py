"""The command line, a consumer of the library."""
