"""The global cache."""
