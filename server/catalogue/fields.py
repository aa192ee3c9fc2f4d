"""A column that holds nothing but sound GTINs, whichever way a row is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from retail.values import Gtin, InvalidGtinError

if TYPE_CHECKING:
    GtinColumn = models.CharField[Gtin | str, Gtin]
else:
    GtinColumn = models.CharField


class GtinField(GtinColumn):
    """14 digits in the database, a ``retail.values.Gtin`` in Python.

    A wrong check digit is refused on every way to the database, also by ``bulk_create``,
    which asks no validator. Text may be a GTIN-8, -12, -13 or -14.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": 14})

    def from_db_value(self, value: str | None, *_: object) -> Gtin | None:
        """Read what the column holds."""
        return None if value is None else Gtin(value)

    def to_python(self, value: Any) -> Any:
        """Read what a person typed; raises ``ValidationError`` with the reason."""
        if isinstance(value, Gtin) or value in self.empty_values:
            return value
        try:
            return Gtin.parse(str(value).strip())
        except InvalidGtinError as error:
            raise ValidationError(str(error), code="invalid") from None

    def get_prep_value(self, value: Any) -> Any:
        """Give the 14 digits; raises ``ValidationError`` where there are none."""
        gtin = self.to_python(value)
        return gtin.digits if isinstance(gtin, Gtin) else gtin

    def value_to_string(self, obj: models.Model) -> str:
        """Give the text for a serialised row."""
        gtin: Gtin = self.value_from_object(obj)
        return gtin.digits

    def run_validators(self, value: Any) -> None:
        """Check the length of the digits; ``to_python`` has checked the rest."""
        super().run_validators(value.digits if isinstance(value, Gtin) else value)
