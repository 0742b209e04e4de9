"""Cases of the campaign that compares how uv and uvkit reach indexes."""
