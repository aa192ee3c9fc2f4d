"""What happened at the kiosks, each thing stored once."""
