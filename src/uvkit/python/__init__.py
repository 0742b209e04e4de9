"""Interpreters: find, probe, describe."""
