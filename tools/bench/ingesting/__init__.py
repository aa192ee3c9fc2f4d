"""What ``tools.bench.ingest`` measures beside one another, and with what."""
