"""Option values and where they come from."""
