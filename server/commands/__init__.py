"""The sub-commands of ``kiosk-server``, one a file."""


class WrongUseError(Exception):
    """The command cannot be carried out as it was given; the text is for whoever gave it."""
