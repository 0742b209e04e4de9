"""Files and source trees into the cache."""
