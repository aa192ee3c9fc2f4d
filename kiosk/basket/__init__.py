"""The basket: put together by scanning, always quoted, and finished at the till."""
