"""Environments: create, read, plan, change."""
