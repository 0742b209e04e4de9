"""Texts of the standards to values and back."""
