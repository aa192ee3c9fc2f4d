"""What head office does with a scheme: points of sales, returns, levels, conversion."""
