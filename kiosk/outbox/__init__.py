"""What happened on the kiosk, on its way to the server: nothing lost, nothing twice."""
