"""Why there is no answer, in sentences."""
