"""What the chain sells: products, packs, prices, offers, stock, places and pictures."""
