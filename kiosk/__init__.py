"""The appliance: one process on one terminal."""
