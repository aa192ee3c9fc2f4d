"""The trade's rules: pure, standard library only, shared by the kiosk and the server."""
