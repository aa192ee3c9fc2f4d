"""The way in for events, version 2: batches are read, placed in their stream, stored, answered."""
