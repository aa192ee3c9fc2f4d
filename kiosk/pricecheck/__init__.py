"""From a scanned code to what the item costs, where it stands and how many there are."""
