"""A line that misbehaves on purpose: an HTTP proxy on loopback with seeded faults."""
