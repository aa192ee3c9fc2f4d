"""Cameras: by V4L2, pictures and videos that stand in for one, and a fake with levers."""
