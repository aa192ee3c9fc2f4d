"""The catalogue on its way from the server: fetched, checked, built, and told of."""
