"""The feed: what head office publishes, as numbered, signed segments and snapshots."""
