"""Render events and results for people."""
