"""Finding a product without a code: by typing its name, or through the categories."""
