"""What the product is shown, measured and tried with; not installed with it."""
