"""What the shopper sees and touches: Kivy, and nothing that decides."""
