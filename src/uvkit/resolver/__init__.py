"""Choose versions: a pure question over one port."""
