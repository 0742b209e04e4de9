"""Build frontend."""
