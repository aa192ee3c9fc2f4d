"""The description of the API: equal to the one in docs/, and kept by the server.

schemathesis makes requests of the description, right ones and wrong ones, and holds each answer
against it; they are signed as a kiosk signs.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as generated
from requests.auth import AuthBase
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from server.api.v2 import api
from server.commands.openapi import description
from tests.server.line import Line
from tests.server.signing import BoxKey, a_kiosk, signed

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"
EXAMPLES = 15  # of each kind for each operation: seconds in all


class Signing(AuthBase):
    """Signs a request as it is about to be sent."""

    def __init__(self, key: BoxKey) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        parts = urlsplit(request.url or "")
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        path, _, query = request.path_url.partition("?")
        assert path == parts.path
        request.headers.update(signed(self._key, request.method or "", path, query, body))
        return request


def test_the_description_in_docs_is_the_servers_own() -> None:
    assert FILE.read_text("utf-8") == description(), (
        "expected docs/openapi.json as the server has it: kiosk-server openapi > docs/openapi.json"
    )


def without_security(described: Any) -> Any:
    """Leave the signature out: it is put on at sending, and is wrong in tests of its own."""
    for operations in described["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    described["components"].pop("securitySchemes")
    return described


SCHEMA = schemathesis.openapi.from_dict(without_security(json.loads(description())))
OPERATIONS = {each.ok().label: each.ok() for each in SCHEMA.get_all_operations()}
RIGHT = [(label, GenerationMode.POSITIVE) for label in OPERATIONS]
WRONG = [  # where there is nothing to say, nothing wrong can be said
    (label, GenerationMode.NEGATIVE)
    for label, each in OPERATIONS.items()
    if each.definition.raw.get("parameters") or each.definition.raw.get("requestBody")
]


# JSON Schema has no word for "an instant in the years 2000 to 2199": some of what fits the
# description is 422, as the operation says in words; everything else is checked there too
UNSAID = {"POST /api/v2/status": [positive_data_acceptance]}


def test_every_operation_of_the_api_is_described() -> None:
    assert {"POST /api/v2/enrolments", "GET /api/v2/me"} <= set(OPERATIONS)
    assert api.version == "2"


@pytest.mark.parametrize(("label", "mode"), RIGHT + WRONG)
def test_each_answer_is_as_it_is_described(line: Line, label: str, mode: GenerationMode) -> None:
    key, operation = a_kiosk(), OPERATIONS[label]

    @given(case=operation.as_strategy(generation_mode=mode))
    @generated(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def hold(case: schemathesis.Case) -> None:
        case.call_and_validate(
            base_url=line.url,
            auth=Signing(key),
            timeout=10,
            excluded_checks=UNSAID.get(label, []),
        )

    hold()
