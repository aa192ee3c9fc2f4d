"""Small forms, written by hand, and what publishes them: for the tests of asking."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from kiosk.clock import Clock
from kiosk.errors import DataError
from kiosk.survey.forms import FormEngine
from kiosk.survey.ports import Surveys
from retail.catalogue import Text
from retail.survey import Survey

TEHRAN = ZoneInfo("Asia/Tehran")
_HEAD = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms">
<h:head><h:title>Visit</h:title><model>
<itext>
<translation lang="Persian (fa)" default="true()">{fa}</translation>
<translation lang="English (en)">{en}</translation>
</itext>
<instance><data id="{id}" version="1">{nodes}<meta><instanceID/></meta></data></instance>
{binds}
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
</model></h:head><h:body>{body}</h:body></h:html>"""


def _texts(language: int, texts: dict[str, tuple[str, str]]) -> str:
    return "".join(
        f'<text id="{key}"><value>{both[language]}</value></text>' for key, both in texts.items()
    )


def xform(form_id: str, nodes: str, binds: str, body: str, **texts: tuple[str, str]) -> str:
    """Put a form together; a text has its Persian and its English words."""
    return _HEAD.format(
        id=form_id, nodes=nodes, binds=binds, body=body, fa=_texts(0, texts), en=_texts(1, texts)
    )


def _items(**values: str) -> str:
    return "".join(
        f"<item><label ref=\"jr:itext('{text}')\"/><value>{value}</value></item>"
        for value, text in values.items()
    )


def label(text: str) -> str:
    return f"<label ref=\"jr:itext('{text}')\"/>"


VISIT_FORM = xform(
    "visit",
    "<liked/><why/><people/><sign/><code/>",
    """<bind nodeset="/data/liked" type="string" required="true()"/>
<bind nodeset="/data/why" type="string" relevant="/data/liked = 'no'"/>
<bind nodeset="/data/people" type="int" constraint=". &gt; 0" jr:constraintMsg="One or more"/>
<bind nodeset="/data/sign" type="binary"/><bind nodeset="/data/code" type="barcode"/>""",
    f"""<select1 ref="/data/liked">{label("liked")}{_items(yes="yes", no="no")}</select1>
<input ref="/data/why">{label("why")}</input>
<input ref="/data/people">{label("people")}</input>
<input ref="/data/code">{label("code")}</input>
<upload ref="/data/sign" mediatype="image/*" appearance="signature">{label("sign")}</upload>""",
    liked=("راضی بودید؟", "Were you content?"),
    yes=("بله", "Yes"),
    no=("نه", "No"),
    why=("چرا؟", "Why not?"),
    people=("چند نفرید؟", "How many are you?"),
    code=("کدام کالا؟", "Which item?"),
    sign=("امضا کنید", "Please sign"),
)
MOOD_FORM = xform(
    "mood",
    "<mood/>",
    '<bind nodeset="/data/mood" type="string" required="true()"/>',
    f"""<select1 ref="/data/mood" appearance="smileys">{label("mood")}
{_items(bad="bad", fair="fair", good="good")}</select1>""",
    mood=("امروز چطور بود؟", "How was it today?"),
    bad=("بد", "Bad"),
    fair=("معمولی", "So-so"),
    good=("خوب", "Good"),
)
SIGNED_FORM = xform(
    "signed",
    "<first/><second/><people/><each><sign/></each>",
    """<bind nodeset="/data/first" type="binary"/><bind nodeset="/data/second" type="binary"/>
<bind nodeset="/data/people" type="int"/><bind nodeset="/data/each/sign" type="binary"/>""",
    f"""<upload ref="/data/first" mediatype="image/*" appearance="signature">{label("sign")}</upload>
<upload ref="/data/second" mediatype="image/*" appearance="signature">{label("sign")}</upload>
<input ref="/data/people">{label("people")}</input>
<group ref="/data/each">{label("sign")}<repeat nodeset="/data/each" jr:count="/data/people">
<upload ref="/data/each/sign" mediatype="image/*" appearance="signature">{label("sign")}</upload>
</repeat></group>""",
    people=("چند نفرید؟", "How many are you?"),
    sign=("امضا کنید", "Please sign"),
)
BROKEN_FORM = VISIT_FORM.replace("'no'\"", "'no' and (\"")


def survey(survey_id: str = "visit", form: str = VISIT_FORM, **terms: object) -> Survey:
    """Publish a form."""
    made = {"title": Text("بازدید", "Your visit"), **terms}
    return Survey(survey_id, 1, xform=form, **made)  # type: ignore[arg-type]


@dataclass
class Published:
    """What is published, in memory; ``broken`` makes it unreadable."""

    surveys: tuple[Survey, ...] = ()
    broken: bool = False

    def all(self) -> tuple[Survey, ...]:
        if self.broken:
            raise DataError("surveys: expected rows, got none")
        return self.surveys

    def picture(self, sha256: str) -> str:
        return ""


@dataclass
class Ids:
    """Ids one after the other, so that a test knows them."""

    made: list[UUID] = field(default_factory=list)

    def __call__(self) -> UUID:
        self.made.append(uuid.UUID(int=len(self.made) + 1, version=4))
        return self.made[-1]

    def __iter__(self) -> Iterator[UUID]:
        return iter(self.made)


def surveys_of(published: Published, clock: Clock) -> Surveys:
    """Give what asking needs, with the real form engine."""
    engine = FormEngine(clock, TEHRAN)
    return Surveys(published, engine, "tehran-1-k1", Ids())
