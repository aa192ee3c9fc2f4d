"""What stands around a scene: title, notices, countdown, the way back; worked out as data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import assert_never, get_args

from kiosk.basket import state as basket
from kiosk.checkout import state as checkout
from kiosk.config import BasketSettings, ChainSettings
from kiosk.frame import Button, Chip, Countdown, Frame, Notice, StillThere, Tone
from kiosk.lobby import view as lobby
from kiosk.messages import (
    Aid,
    ChooseLanguage,
    DiskRoom,
    DropBasket,
    GoBack,
    GoHome,
    Language,
    Leave,
    OpenBasket,
    OpenHelp,
    OpenStaff,
    StayLonger,
    ToggleEase,
)
from kiosk.pricecheck import state as pricecheck
from kiosk.sales import state as sales
from kiosk.search import state as search
from kiosk.situation import Devices, Health, Scene, Visit
from kiosk.staff import state as staff
from kiosk.survey import state as survey
from kiosk.survey_messages import LeaveSurvey
from kiosk.words import Words

WORKING = (*get_args(checkout.Held), sales.Working)  # nobody is sent away from these
NO_BASKETS = BasketSettings()
STALE_AFTER = timedelta(hours=36)  # a night without news is usual; a day and a half is not
_AIDS = {
    Aid.LARGE_TEXT: ("Large text", "format-size"),
    Aid.HIGH_CONTRAST: ("High contrast", "contrast-circle"),
    Aid.LOW_REACH: ("Low reach", "human-wheelchair"),
}
_NAMES_OF_LANGUAGES = {Language.FA: "فارسی", Language.EN: "English"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What does not change while the kiosk runs; it waits ``idle_s`` and asks ``warn_s`` before."""

    chain: ChainSettings
    devices: Devices
    idle_s: float
    warn_s: float
    basket: BasketSettings = NO_BASKETS


@dataclass(frozen=True, slots=True)
class Waits:
    """How long nobody may be there until a visit ends, and how long before that it is asked."""

    idle_s: float
    warn_s: float


def waits_of(visit: Visit, around: Surroundings) -> Waits:
    """Give how long this visit waits: with a basket longer, and a question is not asked twice."""
    settings = around.basket
    match visit.scene:
        case basket.AtTill() | checkout.Paid():
            return Waits(settings.till_s, 0)
        case scene if isinstance(scene, WORKING):
            return Waits(math.inf, 0)
        case basket.Resuming():
            return Waits(settings.resume_s, 0)
        case survey.Answering(survey=asked) | survey.Leaving(survey.Answering(survey=asked)):
            return Waits(asked.warn_s + asked.end_s, asked.end_s)
        case survey.Thanking(at_once=at_once):
            return Waits(survey.THANKS_AT_ONCE_S if at_once else survey.THANKS_S, 0)
        case survey.Inviting():
            return Waits(survey.INVITING_S, 0)
    if visit.basket is not None and not visit.basket.empty:
        return Waits(settings.idle_s, settings.warn_s)
    return Waits(around.idle_s, around.warn_s)


def frame_of(  # noqa: PLR0913  (each is another source, and a bundle would hide which)
    visit: Visit,
    health: Health,
    around: Surroundings,
    words: Words,
    now: datetime,
    elapsed_s: float,
    made_at: datetime | None,
) -> Frame:
    """Work out the frame; ``made_at`` is the age of the catalogue in use, if there is one."""
    attracting = isinstance(visit.scene, lobby.Attracting)
    closed = isinstance(visit.scene, lobby.OutOfService)
    staffed = isinstance(visit.scene, staff.State | sales.State)
    paying = isinstance(visit.scene, checkout.State)
    asked_of = isinstance(visit.scene, survey.State)
    waits = waits_of(visit, around)
    left_s = max(0.0, waits.idle_s - (elapsed_s - visit.touched_at_s))
    for_a_moment = isinstance(visit.scene, survey.Thanking) and visit.scene.at_once
    counting = not (attracting or closed or for_a_moment or isinstance(visit.scene, WORKING))
    asked = counting and 0 < waits.warn_s >= left_s
    return Frame(
        language=visit.language,
        chain_name=around.chain.name_fa if words.language.rtl else around.chain.name_en,
        situation=words.say(_situation(visit.scene)),
        switch_language=_switch(visit.language),
        scan_prompt="" if attracting or closed else _scan_prompt(visit.scene, words),
        help=None
        if closed or staffed or paying or asked_of
        else Button(words.say("Help"), OpenHelp(), "help-circle-outline"),
        back=_back(visit, words),
        home=_home(visit, words) if counting else None,
        aids=() if closed else _aids(visit, words),
        aids_on=visit.aids,
        # the staff's view has each of them as a fault, with what to do
        notices=() if staffed else tuple(_notices(health, around.devices, words, now, made_at)),
        countdown=_countdown(left_s, waits.idle_s, words) if counting else None,
        still_there=_still_there(left_s, visit, words) if asked else None,
        held=None if staffed or paying or asked_of else OpenStaff(),
    )


def _back(visit: Visit, words: Words) -> Button | None:
    """Give the way back; the pages of what was sold have their own."""
    if not visit.behind or isinstance(visit.scene, sales.State):
        return None
    return Button(words.say("Back"), GoBack(), "arrow-left")


def _home(visit: Visit, words: Words) -> Button | None:
    """Give the way to the start, which is the basket while one is open."""
    if isinstance(visit.scene, survey.Answering):
        return Button(words.say("Stop"), LeaveSurvey(), "close")
    if isinstance(visit.scene, basket.State | checkout.State | survey.State):
        return None  # their own screens have their ways
    if visit.basket is None:
        return Button(words.say("Home"), GoHome(), "home")
    pieces = sum(line.quantity for line in visit.basket.basket.lines)
    return Button(words.say("Basket ({count})", count=pieces), OpenBasket(), "cart")


def _scan_prompt(scene: Scene, words: Words) -> str:
    match scene:
        case basket.AtTill() | checkout.Paid():
            return words.say("Thank you for shopping with us")
        case staff.Asking() | staff.Inside() | basket.AskingStaff() | basket.Deciding():
            return words.say("A scan closes this page")
        case checkout.Connecting() | checkout.Following() | checkout.Stopping() | sales.Working():
            return words.say("Please follow the card terminal")
        case scene if isinstance(scene, checkout.Held):
            return words.say("Nothing else can be done here until this is clear")
        case scene if isinstance(scene, sales.State):
            return words.say("A scan closes this page")
        case scene if isinstance(scene, survey.State):
            return ""
        case _:
            return words.say("Scan your next item")


def _situation(scene: Scene) -> str:  # noqa: C901  (one line a scene)
    if isinstance(scene, checkout.State):
        for_staff = checkout.AskingStaff | checkout.Naming | checkout.Deciding | checkout.Writing
        return "For our staff" if isinstance(scene, for_staff) else "Payment"
    if isinstance(scene, survey.State):
        return "Your opinion"
    if isinstance(scene, sales.State):
        return "For our staff"
    match scene:
        case lobby.Attracting() | lobby.Scanning() | lobby.ScannersLost():
            return "Welcome"
        case lobby.Helping():
            return "Help"
        case lobby.OutOfService():
            return "Out of service"
        case search.Searching():
            return "Search"
        case search.Browsing():
            return "Categories"
        case (
            pricecheck.Found()
            | pricecheck.Expired()
            | pricecheck.Unknown()
            | pricecheck.Gone()
            | pricecheck.NotRead()
            | pricecheck.MemberCardShown()
        ):
            return "Price check"
        case staff.Asking() | staff.Inside() | basket.AskingStaff() | basket.Deciding():
            return "For our staff"
        case basket.AtTill():
            return "To the till"
        case (
            basket.Filling()
            | basket.Counting()
            | basket.EnteringVoucher()
            | basket.ChoosingGift()
            | basket.Agreeing()
            | basket.Leaving()
            | basket.Resuming()
        ):
            return "Your basket"
        case _:
            assert_never(scene)


def _switch(language: Language) -> Button:
    other = Language.EN if language is Language.FA else Language.FA
    return Button(_NAMES_OF_LANGUAGES[other], ChooseLanguage(other), "web")


def _aids(visit: Visit, words: Words) -> tuple[Chip, ...]:
    return tuple(
        Chip(words.say(name), ToggleEase(aid), aid in visit.aids, icon)
        for aid, (name, icon) in _AIDS.items()
    )


def _countdown(left_s: float, idle_s: float, words: Words) -> Countdown:
    seconds = ceil(left_s)
    text = words.say("Returns to the start in {seconds} s", seconds=seconds)
    return Countdown(seconds, ceil(idle_s), text, words.number(seconds))


def _still_there(left_s: float, visit: Visit, words: Words) -> StillThere:
    seconds = ceil(left_s)
    if isinstance(visit.scene, survey.Under):
        return _still_answering(seconds, visit.scene, words)
    if visit.basket is not None and not visit.basket.empty:
        return StillThere(
            title=words.say("Are you still there?"),
            text=words.say(
                "Your basket is given up in {seconds} s, so that nobody finds it.", seconds=seconds
            ),
            left_s=seconds,
            stay=Button(words.say("Go on with my basket"), StayLonger(), "timer-plus-outline"),
            leave=Button(words.say("Leave without buying"), DropBasket(), "cart-remove"),
        )
    return StillThere(
        title=words.say("Are you still there?"),
        text=words.say("The screen returns to its start in {seconds} s.", seconds=seconds),
        left_s=seconds,
        stay=Button(words.say("I need more time"), StayLonger(), "timer-plus-outline"),
        leave=Button(words.say("I am done"), Leave(), "check"),
    )


def _still_answering(seconds: int, scene: survey.Under, words: Words) -> StillThere:
    answering = scene.answering if isinstance(scene, survey.Leaving) else scene
    kept = answering.survey.at_idle == "partial"
    return StillThere(
        title=words.say("Are you still there?"),
        text=words.say("What you answered so far is sent in {seconds} s.", seconds=seconds)
        if kept
        else words.say("Your answers are thrown away in {seconds} s.", seconds=seconds),
        left_s=seconds,
        stay=Button(words.say("Go on answering"), StayLonger(), "timer-plus-outline"),
        leave=Button(words.say("Stop"), LeaveSurvey(surely=True), "close"),
    )


def _notices(
    health: Health, devices: Devices, words: Words, now: datetime, made_at: datetime | None
) -> Sequence[Notice]:
    """Tell what is not as usual, the most hindering first; ``code`` is for staff."""
    notices = [*_of_the_disk(health, words)]
    cameras_lost = bool(devices.cameras) and devices.cameras <= health.lost
    scanners_lost = bool(devices.scanners) and devices.scanners <= health.lost
    if cameras_lost and devices.scanners - health.lost:
        said = words.say("The camera does not answer; please use the scanner")
        notices.append(Notice(said, Tone.LOW, "camera-off", "K-111"))
    if scanners_lost and devices.cameras - health.lost:
        said = words.say("The scanner does not answer; please use the camera")
        notices.append(Notice(said, Tone.LOW, "barcode-off", "K-112"))
    if made_at is None:
        return notices
    moment = words.moment(made_at, now)
    if not health.line_up:
        said = words.say("No line to the server; prices as of {moment}", moment=moment)
        notices.append(Notice(said, Tone.PLAIN, "cloud-off-outline", "K-120"))
    elif now - made_at > STALE_AFTER:
        said = words.say("Prices as of {moment}", moment=moment)
        notices.append(Notice(said, Tone.PLAIN, "clock-alert-outline", "K-121"))
    if health.catalogue_refused:
        said = words.say("A new list of prices could not be used")
        notices.append(Notice(said, Tone.PLAIN, "file-alert-outline", "K-122"))
    if health.rules_fault:
        said = words.say("New offers could not be used; those of before still hold")
        notices.append(Notice(said, Tone.PLAIN, "tag-off-outline", "K-123"))
    if health.surveys_unread:
        said = words.say("A survey could not be used")
        notices.append(Notice(said, Tone.PLAIN, "comment-alert-outline", "K-124"))
    return notices


def _of_the_disk(health: Health, words: Words) -> Sequence[Notice]:
    """Tell that paying is closed, that nothing can be written, or that it soon may be so."""
    if health.room is DiskRoom.SHORT:
        said = words.say("Paying is closed at this kiosk; prices are still shown")
        return [Notice(said, Tone.BAD, "harddisk", "K-202")]
    if health.memory_full:
        said = words.say("Please tell our staff: this kiosk's memory is full")
        return [Notice(said, Tone.BAD, "harddisk", "K-201")]
    if health.room is DiskRoom.LOW:
        said = words.say("Please tell our staff: this kiosk's memory is nearly full")
        return [Notice(said, Tone.LOW, "harddisk", "K-202")]
    return []
