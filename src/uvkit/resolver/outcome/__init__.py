"""From answers to one graph with markers, and from it to what one machine installs."""
