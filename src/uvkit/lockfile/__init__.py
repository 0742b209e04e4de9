"""Lockfiles: read, write, compare."""
