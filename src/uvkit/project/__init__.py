"""Projects and workspaces on disk."""
