"""What head office publishes, on its way here: heard of, fetched, checked, applied, told."""
