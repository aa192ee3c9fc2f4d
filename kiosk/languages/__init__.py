"""The texts of each language but English, whose texts are the keys: one JSON file each."""
