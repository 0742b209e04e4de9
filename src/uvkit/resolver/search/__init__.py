"""The ground the engines search on: one universe, choices, and what ended them."""
