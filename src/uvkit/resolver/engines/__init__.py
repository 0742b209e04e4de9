"""Two engines behind one driver: PubGrub and resolvelib."""
