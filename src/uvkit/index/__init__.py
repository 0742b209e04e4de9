"""Simple API indexes."""
