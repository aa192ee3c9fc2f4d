"""A whole chain on one machine: server, line, scanner and kiosk, each with its levers.

The demo tour, the simulator and the tests of the whole stand on it.
"""
