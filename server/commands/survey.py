"""``kiosk-server survey``: list surveys, put forms in, publish, pause and close them."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server.commands import WrongUseError


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the sub-commands."""
    parser = subparsers.add_parser("survey", help="surveys: list, put, publish, pause, close")
    deeds = parser.add_subparsers(metavar="DEED", required=True)
    listing = deeds.add_parser("list", help="each survey with its state and answers, as JSON lines")
    listing.set_defaults(run=_doing(_list))
    putting = deeds.add_parser("put", help="a new version of a form; makes the survey if need be")
    putting.add_argument("survey")
    putting.add_argument("form", type=Path, help="XLSForm or XForm")
    putting.add_argument("--title", help="in Persian, of a new survey")
    putting.add_argument("--title-en", default="")
    putting.add_argument(
        "--along", type=Path, nargs="*", default=[], metavar="FILE", help="pictures and tables"
    )
    putting.set_defaults(run=_doing(_put))
    terms = deeds.add_parser("terms", help="who is asked, where and when, from a JSON object")
    terms.add_argument("survey")
    terms.add_argument("terms", type=Path, help="docs/surveys.md, section 5; - for standard input")
    terms.add_argument("--stores", nargs="*", default=[], metavar="STORE", help="none: all")
    terms.add_argument("--quota", type=int)
    terms.set_defaults(run=_doing(_terms))
    for deed, told in (("publish", "to kiosks"), ("pause", "asking"), ("close", "it for good")):
        one = deeds.add_parser(deed, help=f"{deed} {told}")
        one.add_argument("survey")
        one.set_defaults(run=_doing(_deed), deed=deed)
    folder = deeds.add_parser("load", help="all surveys of a folder with a surveys.json")
    folder.add_argument("folder", type=Path)
    folder.set_defaults(run=_doing(_load))


def _doing(act: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        import django

        django.setup()
        from retail.fields import RecordError
        from server.surveys.deeds import DeedError, FormRefused

        try:
            return act(arguments)
        except FormRefused as error:
            for each in error.problems:
                place = " ".join(filter(None, (each.place.sheet, str(each.place.row or ""))))
                column = f" {each.place.column}" if each.place.column else ""
                sys.stderr.write(f"{place}{column}: {each.message}\n")
            return 1
        except (DeedError, RecordError) as error:
            sys.stderr.write(f"{error}\n")
            return 1
        except OSError as error:
            raise WrongUseError(f"Expected a file that can be read: {error}") from None

    return run


def _list(_arguments: argparse.Namespace) -> int:
    from server.surveys.models import Survey
    from server.surveys.quota import counted

    for survey in Survey.objects.order_by("pk"):
        _tell(
            {
                "survey": survey.pk,
                "state": survey.state,
                "version": (survey.published or {}).get("version"),
                "stores": survey.published_stores,
                "complete": counted(survey.pk),
                "quota": survey.quota,
            }
        )
    return 0


def _put(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from retail.catalogue import Text
    from server.surveys import deeds
    from server.surveys.models import Survey

    now, who = timezone.now(), getpass.getuser()
    upload = deeds.Upload(
        arguments.form.name,
        arguments.form.read_bytes(),
        {each.name: each.read_bytes() for each in arguments.along},
    )
    if not Survey.objects.filter(pk=arguments.survey).exists():
        if not arguments.title:
            raise WrongUseError("Expected --title for a new survey")
        deeds.create(arguments.survey, Text(arguments.title, arguments.title_en), who, now)
    row, reading = deeds.upload(arguments.survey, upload, who, now)
    for each in reading.warnings:
        sys.stderr.write(f"warning: {each.message}\n")
    return _tell({"survey": arguments.survey, "version": row.version})


def _terms(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from server.surveys import deeds

    source = sys.stdin if str(arguments.terms) == "-" else arguments.terms.open(encoding="utf-8")
    with source as file:
        try:
            told = json.load(file)
        except ValueError as error:
            raise WrongUseError(f"Expected a JSON object: {error}") from None
    if not isinstance(told, dict):
        raise WrongUseError("Expected a JSON object with terms")
    terms = deeds.Terms(told, arguments.stores, arguments.quota)
    deeds.set_terms(arguments.survey, terms, getpass.getuser(), timezone.now())
    return 0


def _deed(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from server.surveys import deeds

    deed = {"publish": deeds.publish, "pause": deeds.pause, "close": deeds.close}[arguments.deed]
    survey = deed(arguments.survey, getpass.getuser(), timezone.now())
    return _tell({"survey": survey.pk, "state": survey.state})


def _load(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from server.importing.surveys import load_surveys

    return _tell({"published": load_surveys(arguments.folder, timezone.now())})


def _tell(told: dict[str, Any]) -> int:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 0
