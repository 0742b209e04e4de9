"""The version, at the bottom of all layers so that anything may name it."""

__version__ = "0.1.0"
