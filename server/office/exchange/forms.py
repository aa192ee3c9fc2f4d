"""What the office asks before it exports or imports a table."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from import_export.forms import ExportForm

from server.importing.tables import FILE_BYTES_MAX
from server.office.exchange.columns import ENGLISH, NAME, PERSIAN

HEADINGS = (
    (PERSIAN, gettext_lazy("in Persian")),
    (ENGLISH, gettext_lazy("in English")),
    (NAME, gettext_lazy("names for software, which never change")),
)


def headings_wanted(language: str | None) -> str:
    """Give which headings a person gets who does not choose."""
    return language if language in {PERSIAN, ENGLISH} else PERSIAN


class HeadingsExportForm(ExportForm):
    """The kind of file, and in which language its headings are: at first that of the page."""

    headings = forms.ChoiceField(
        label=gettext_lazy("Headings"), choices=HEADINGS, required=False, initial=get_language
    )

    def __init__(self, formats: Any, resources: Any, **how: Any) -> None:
        super().__init__(formats, resources, **how)
        self.initial["format"] = "0"
        self.fields["format"].label = gettext_lazy("Kind of file")

    def clean_headings(self) -> str:
        """Fill in the language of the page."""
        return self.cleaned_data["headings"] or headings_wanted(get_language())


class FileForm(forms.Form):
    """A file to be imported."""

    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file too large before it is read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > FILE_BYTES_MAX:
            raise forms.ValidationError(gettext_lazy("The file is too large."))
        return file


class SureForm(forms.Form):
    """Whether what was shown is to be done, although rows were refused if there are any."""

    shown = forms.CharField(widget=forms.HiddenInput)
    others = forms.BooleanField(
        label=gettext_lazy("Leave out the refused rows and import the others"), required=False
    )
