"""Files: whole replacement, locks, links, safe unpacking."""
