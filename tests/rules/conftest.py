"""Generated cases have no deadline each: on a busy machine it would measure the neighbours."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
