"""Gateways that send: each one file and one row of a table to be; a message is theirs once."""
