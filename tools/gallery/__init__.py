"""Every screen in every state as a picture, and a page of them."""
