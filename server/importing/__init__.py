"""Products from CSV and XLSX files of the chain."""
