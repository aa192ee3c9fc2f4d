"""Who may what: a kiosk's key is tried on every path that the server has.

The paths are not written here: they are read from Django's resolver and from the table of views
that stand in front of it, so a new one is tried as soon as it is there.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests
from django.urls import URLPattern, URLResolver, get_resolver

from server.configuration import Configuration
from server.fleet.models import KeyState
from tests.server.line import Line
from tests.server.signing import SignedLine, a_kiosk

# what a kiosk's key opens (docs/line.md, section 6), and what needs no key at all; the numbers
# are open where no token is set for them, as in these tests
KIOSKS = re.compile(r"/api/v2/(me|events|events/again|status|(feed|pictures|logs)/.*)")
ANYBODYS = re.compile(
    r"/|/metrics|/api/v1/health|/static/.*|/office/(login|logout|jsi18n)/|/api/v2/enrolments"
)
METHODS = ("GET", "POST", "PUT", "DELETE")
SHUT = {301, 302, 400, 401, 403, 404, 405, 411, 415}
FILLED: Mapping[str, str] = {  # by the converter of an argument, or by its name
    "int": "1",
    "uuid": "0193578f-8a00-7000-8000-000000000001",
    "sequence": "1",
    "form": "records",
    "sha256": "0" * 64,
}


def paths() -> list[str]:
    """Give an example of every path, with another store's id where a text is wanted."""
    found = {f"/{path}" for path in _below(get_resolver())}
    return sorted(found | set(_in_front()))


def _below(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        path = prefix + _filled(str(each.pattern))
        if isinstance(each, URLResolver):
            yield from _below(each, path)
        elif isinstance(each, URLPattern):
            yield path


def _filled(pattern: str) -> str:
    """Put something in the place of each argument of a path, ``<int:pk>`` or ``(?P<url>.*)``."""
    text = re.sub(r"\(\?P<[^>]*>[^()]*\)", "x", pattern)
    text = re.sub(r"<(?:(\w+):)?(\w+)>", lambda at: _example(at[1] or "", at[2]), text)
    return text.replace("^", "").replace("\\Z", "").replace("$", "").replace(".*", "x")


def _example(converter: str, name: str) -> str:
    return FILLED.get(converter) or FILLED.get(name) or "tehran-2"


def _in_front() -> Iterator[str]:
    """Name the paths of views that stand in front of Django, where there are such."""
    from django.conf import settings

    from server.application import Parts, hot_views
    from server.fleet.gate import admit

    yield from hot_views(Parts(settings.CONFIGURATION, admit))


def test_the_paths_are_found() -> None:
    found = paths()
    assert {"/api/v2/me", "/api/v2/enrolments", "/api/v1/events", "/office/login/"} <= set(found)
    assert len(found) > 60


@pytest.fixture
def kiosk(line: Line) -> SignedLine:
    return SignedLine(line.url, a_kiosk())


def plain(url: str, method: str, path: str, **headers: str) -> requests.Response:
    return requests.request(
        method, f"{url}{path}", headers=headers, timeout=10, allow_redirects=False
    )


def shape(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("Location", "")


def test_a_kiosks_signature_opens_nothing_but_what_is_a_kiosks(kiosk: SignedLine) -> None:
    for path in paths():
        if KIOSKS.fullmatch(path):
            continue
        for method in METHODS:
            signed, without = kiosk.ask(method, path), plain(kiosk.url, method, path)
            assert shape(signed) == shape(without), (method, path)
            if not ANYBODYS.fullmatch(path):
                assert signed.status_code in SHUT, (method, path, signed.status_code)


def test_what_is_a_kiosks_is_shut_to_everybody_else(
    kiosk: SignedLine, line: Line, chain: Configuration
) -> None:
    waiting = SignedLine(line.url, a_kiosk("tehran-1-k3", state=KeyState.WAITING))
    revoked = SignedLine(line.url, a_kiosk("tehran-1-k4", state=KeyState.REVOKED))
    unknown = SignedLine(line.url)
    for path in filter(KIOSKS.fullmatch, paths()):
        for method in METHODS:
            tries = {
                "nothing": plain(line.url, method, path),
                "a bearer key": plain(line.url, method, path, Authorization=f"Bearer {line.key}"),
                "a waiting key": waiting.ask(method, path),
                "a revoked key": revoked.ask(method, path),
                "an unknown key": unknown.ask(method, path),
            }
            for case, answer in tries.items():
                assert answer.status_code in {401, 403, 404, 405}, (case, method, path)


def test_another_stores_are_shut_to_a_kiosk(kiosk: SignedLine) -> None:
    for path in filter(KIOSKS.fullmatch, paths()):
        if "tehran-2" in path:
            answer = kiosk.ask("GET", path)
            assert answer.status_code in {403, 404, 405}, path


def test_a_bearer_key_of_version_1_opens_version_1_alone(line: Line) -> None:
    for path in paths():
        if path.startswith("/api/v1/") or ANYBODYS.fullmatch(path):
            continue
        answer = plain(line.url, "GET", path, Authorization=f"Bearer {line.key}")
        assert answer.status_code in SHUT, path


def test_the_office_opens_none_of_the_kiosks(line: Line, chain: Configuration) -> None:
    cookies = _logged_in()
    for path in filter(KIOSKS.fullmatch, paths()):
        answer = requests.get(f"{line.url}{path}", cookies=cookies, timeout=10)
        assert answer.status_code in {401, 403, 404, 405}, path


def test_the_description_of_the_api_is_for_staff(line: Line, kiosk: SignedLine) -> None:
    path = "/api/v2/openapi.json"
    assert kiosk.ask("GET", path).status_code == 302
    told: Any = requests.get(f"{line.url}{path}", cookies=_logged_in(), timeout=10).json()
    assert "/api/v2/me" in told["paths"]


def _logged_in() -> dict[str, str]:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("office"))
    return {name: morsel.value for name, morsel in client.cookies.items()}
