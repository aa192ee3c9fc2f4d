"""What may go wrong and who is told: each class has one reader.

An outcome that a shopper causes (an unknown code, no result) is a state with a screen and
never an exception. Texts say *expected … got …*.
"""


class KioskError(Exception):
    """Any fault that this product names; the text is one line for its reader."""


class ConfigError(KioskError):
    """A wrong key or value in the settings; the installer reads key path, expected, got."""


class DeviceError(KioskError):
    """A device does not answer as it should; becomes a state, staff read the text."""


class DataError(KioskError):
    """A broken file, row or answer; refused at the edge, kept aside for the report."""


class ServerError(KioskError):
    """The server could not be talked to, or said no."""


class Unreachable(ServerError):  # noqa: N818  (a named state of the line, not an accident)
    """No answer: the line is cut, the server is down or too slow. Trying again may help."""


class Rejected(ServerError):  # noqa: N818
    """The server answered no; the same request again would get the same answer."""
