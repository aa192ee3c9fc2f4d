"""Sales that kiosks took money for, what was given back of them, and payments in doubt."""
