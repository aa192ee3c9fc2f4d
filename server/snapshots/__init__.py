"""A store's catalogue as one signed file, made when head office publishes."""
