"""What staff do with what was sold here: look it up, print a copy, give money back, decide."""
