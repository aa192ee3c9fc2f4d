"""What each kiosk last told of itself, what is wrong with it, and the page that shows it."""
