"""Barcode scanners: by serial line, as a keyboard (HID), and a fake with levers."""
