"""Behpardakht POS-PC 3.1, the protocol of Bank Mellat's terminals: frames and messages."""
