"""What the office's templates need to write."""
