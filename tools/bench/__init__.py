"""``make bench``: speed and reading rate, beside what one would take instead, in one run."""
