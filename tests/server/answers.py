"""A small survey as it stands at head office, and answers to it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from server.ingest.effects import Happened
from server.surveys.models import FormVersion, State, Survey
from tests.server.line import NOON

XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms">
<h:head><h:title>Visit</h:title><model>
<instance><data id="theirs" version="of 2026"><score/><liked/><why/><meta><instanceID/></meta></data></instance>
<bind nodeset="/data/score" type="int" required="true()"/>
<bind nodeset="/data/liked" type="string"/>
<bind nodeset="/data/why" type="string" relevant="/data/score &lt; 7"/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
</model></h:head><h:body>
<input ref="/data/score" appearance="nps"><label>How likely?</label></input>
<select ref="/data/liked"><label>What did you like?</label>
<item><label>Bread</label><value>bread</value></item><item><label>Fruit</label><value>fruit</value></item></select>
<input ref="/data/why"><label>Why?</label></input>
</h:body></h:html>"""


def make_survey(survey_id: str = "visit", quota: int | None = None, versions: int = 1) -> Survey:
    line = {"kind": "survey", "id": survey_id, "version": versions}
    survey = Survey.objects.create(
        survey_id=survey_id,
        title_fa="بازدید",
        state=State.PUBLISHED,
        published=line,
        quota=quota,
        changed_at=NOON,
        changed_by="sara",
    )
    for version in range(1, versions + 1):
        xform = XFORM if version == 1 else XFORM.replace("why", "reason")
        FormVersion.objects.create(
            survey=survey, version=version, xform=xform, made_at=NOON, made_by="sara",
            published_at=NOON,
        )  # fmt: skip
    return survey


def instance(score: str = "5", liked: str = "bread fruit", why: str = "صف", **changed: str) -> str:
    named = {"name": "why", "id": "visit", "version": "1", "uuid": str(uuid.uuid4())} | changed
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{named["id"]}" version="{named["version"]}">'
        f"<score>{score}</score><liked>{liked}</liked><{named['name']}>{why}</{named['name']}>"
        f"<meta><instanceID>uuid:{named['uuid']}</instanceID></meta></data>"
    )


def body(**changed: Any) -> dict[str, Any]:
    return {
        "instance": str(uuid.uuid4()),
        "survey": "visit",
        "version": 1,
        "state": "complete",
        "language": "fa",
        "began_at": "2026-11-23T08:29:00Z",
        "ended_at": "2026-11-23T08:30:00Z",
        "xml": instance(),
        "times": [["/data/score", 2100]],
        "last": "/data/why",
        **changed,
    }


def answered(after_s: int = 0, **changed: Any) -> Happened:
    return Happened(
        uuid.uuid4(), "tehran-1-k1", "tehran-1", "survey_answered", 1,
        NOON + timedelta(seconds=after_s), body(**changed),
    )  # fmt: skip
