"""The cases of `parity_reuse.py`."""
