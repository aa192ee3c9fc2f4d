"""A bank terminal to test against: it speaks on the wire, keeps a ledger, and fails when told.

It is a fake of the *other* end. It shares the codecs' framing with the drivers, and nothing of
their dialogues, so that what they misread shows as a difference from its ledger. It ships with the
package as the other fakes do, for ``kiosk terminal serve``: see docs/ARCHITECTURE.md.
"""
