"""The pictures of the sample chain's products, drawn by Pillow and NumPy; none is a photograph."""
