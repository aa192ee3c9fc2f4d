"""The kiosks of the chain and the keys that prove who they are."""
