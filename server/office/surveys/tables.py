"""The tables of surveys as files: surveys, sets of answers, each answer, what could not be read."""

from __future__ import annotations

from typing import Any

from server.office.exchange.columns import Column
from server.office.exchange.resource import TableResource
from server.surveys.models import Answer, Left, Response, Survey, UnreadResponse


class SurveyResource(TableResource):
    """Each survey with its state; its form and terms are not among the columns."""

    survey_id = Column("شناسهٔ نظرسنجی", "survey id", attribute="survey_id")
    title_fa = Column("عنوان", "title", attribute="title_fa")
    title_en = Column("عنوان انگلیسی", "English title", attribute="title_en")
    state = Column("وضعیت", "state", attribute="state")
    quota = Column("سهمیه", "quota", attribute="quota")
    changed_at = Column("زمان تغییر", "changed at", attribute="changed_at")
    changed_by = Column("تغییردهنده", "changed by", attribute="changed_by")

    class Meta:
        model = Survey


class ResponseResource(TableResource):
    """Each set of answers, without the answers."""

    instance_id = Column("شناسهٔ پاسخ", "instance id", attribute="instance_id")
    survey = Column("نظرسنجی", "survey", attribute="survey_id")
    version = Column("نسخه", "version", attribute="version")
    source = Column("از", "from", attribute="source")
    kiosk = Column("کیوسک", "kiosk", attribute="kiosk_id")
    store = Column("فروشگاه", "store", attribute="store_id")
    began_at = Column("آغاز", "began at", attribute="began_at")
    ended_at = Column("پایان", "ended at", attribute="ended_at")
    complete = Column("کامل", "complete", attribute="complete")
    language = Column("زبان", "language", attribute="language")
    member = Column("نام مستعار عضو", "member's pseudonym", attribute="member")
    is_repeat = Column("تکراری", "repeat", attribute="is_repeat")
    beyond_quota = Column("فراتر از سهمیه", "beyond the quota", attribute="beyond_quota")
    last = Column("جای پایان", "where it ended", attribute="last")

    class Meta:
        model = Response


class AnswerResource(TableResource):
    """Each answer in a row, with the set that it belongs to."""

    instance_id = Column("شناسهٔ پاسخ", "instance id", attribute="response_id")
    survey = Column("نظرسنجی", "survey", attribute="response__survey_id")
    version = Column("نسخه", "version", attribute="response__version")
    kiosk = Column("کیوسک", "kiosk", attribute="response__kiosk_id")
    ended_at = Column("پایان", "ended at", attribute="response__ended_at")
    path = Column("پرسش", "question", attribute="path")
    positions = Column("تکرار", "repetition", attribute="positions")
    place = Column("جایگاه", "place", attribute="place")
    kind = Column("نوع", "kind", attribute="kind")
    value = Column("پاسخ", "answer", attribute="value")

    class Meta:
        model = Answer


class UnreadResource(TableResource):
    """Answers that could not be read, with the reason."""

    instance_id = Column("شناسهٔ پاسخ", "instance id", attribute="instance_id")
    survey = Column("نظرسنجی", "survey", attribute="survey_id")
    version = Column("نسخه", "version", attribute="version")
    kiosk = Column("کیوسک", "kiosk", attribute="kiosk_id")
    received_at = Column("رسیده در", "received at", attribute="received_at")
    reason = Column("دلیل", "reason", attribute="reason")
    told = Column("آنچه فرستاده شد", "as sent", write=lambda row: _text(row.told))

    class Meta:
        model = UnreadResponse


class LeftResource(TableResource):
    """Where people left whose answers were thrown away."""

    event_id = Column("شناسهٔ رویداد", "event id", attribute="event_id")
    survey = Column("نظرسنجی", "survey", attribute="survey_id")
    version = Column("نسخه", "version", attribute="version")
    kiosk = Column("کیوسک", "kiosk", attribute="kiosk_id")
    store = Column("فروشگاه", "store", attribute="store_id")
    at = Column("زمان", "at", attribute="at")
    last = Column("جای پایان", "where it ended", attribute="last")

    class Meta:
        model = Left


def _text(told: Any) -> str:
    return str(told)
