"""Members: who they are, how they prove it, and what they agreed to: docs/members.md, section 8."""
