"""Interpreters that are downloaded, from releases on loopback."""
