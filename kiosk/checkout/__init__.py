"""From "Pay by card" to the receipt in the hand: docs/checkout.md."""
