"""How bytes reach a terminal: a wire (TCP, serial), and what parts them into frames.

A wire knows no protocol, and a protocol knows no wire.
"""
