"""Where a visit begins and where it cannot go on: attract, scan, help, out of service."""
