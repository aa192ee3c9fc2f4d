"""Payments at a simulated terminal on a real wire, by a kiosk that is killed; the books compared.

``python -m tools.faults.payments``. The terminal's ledger is one truth, the kiosk's journal the
other; neither is asked what it thinks of the other.
"""
