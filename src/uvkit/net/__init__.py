"""HTTP: one client, credentials, retries, ranges."""
