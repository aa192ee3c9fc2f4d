"""Text messages to members: queued once, sent in their time, followed up: docs/members.md, 9."""
