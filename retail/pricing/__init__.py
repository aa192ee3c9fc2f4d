"""The single place where a price is worked out: of one item, and of a basket with its offers.

The kiosk uses it offline and the server computes every sale again with it. It imports the
standard library alone; the clock, the shopper and what was used up before are passed in.

Source: docs/pricing.md, which names the same steps in the same order.
"""
