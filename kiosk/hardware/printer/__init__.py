"""Receipt printers that speak ESC/POS: codec, wires, driver and a fake with levers.

A driver is asked by the printing thread alone (``kiosk.receipt.printing``) and keeps nothing.
Which there are stands in ``kiosk.hardware.PRINTERS``.

Source: docs/devices/printer.md.
"""
