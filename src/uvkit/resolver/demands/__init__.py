"""What is asked: requirements lowered to demands, scopes and where they split."""
