"""The fleet in the office: the page, a page a kiosk, asking, and the logs that were sent."""
