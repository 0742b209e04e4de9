"""What could be chosen: versions, files, and the policies that leave some out."""
