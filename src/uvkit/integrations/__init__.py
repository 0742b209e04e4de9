"""Plugins on the public API."""
