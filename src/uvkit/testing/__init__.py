"""Makers of real wheels, sdists and indexes for tests."""
