"""Paying at a bank terminal: the journal, who drives an attempt, recovery and settling."""
