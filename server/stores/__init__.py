"""The branches of the chain."""
