"""A console for the simulated bank terminal: what it shows, and a person's hand on it."""
