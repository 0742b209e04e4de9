"""Run programs."""
