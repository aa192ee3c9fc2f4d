"""The whole kiosk on a laptop: its window, and beside it a panel of levers in the browser."""
