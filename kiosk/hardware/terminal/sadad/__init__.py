"""Sadad PcPos 1.5, the protocol of Bank Melli's terminals: frames and messages."""
