"""Every form of ODK Web Forms' fixtures: it is asked and behaves, or is refused by a name.

The forms are of getodk/web-forms (Apache-2.0) and are not part of this repository.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.surveys.asking import begin
from xforms.loading import Form, load
from xforms.problems import FormRefusedError

FORMS = (
    Path(__file__).parents[4] / "shared/vectors/surveys/odk-web-forms/packages/common/src/fixtures"
)
JR = "test-javarosa/resources"
MODEL = f"{JR}/org/javarosa/core/model"
PARSE = f"{JR}/org/javarosa/xform/parse"
pytestmark = pytest.mark.outside


@dataclass(frozen=True)
class Asks:
    """What is done, and what holds then: values of nodes, how many questions, choices of a page."""

    do: tuple[tuple[str, str], ...] = ()
    then: dict[str, str] = field(default_factory=dict)
    visible: int | None = None
    choices: tuple[str, tuple[str, ...]] | None = None  # page's key, values


def asks(*do: tuple[str, str], **holds: object) -> Asks:
    return Asks(do, **holds)  # type: ignore[arg-type]


TABLE: dict[str, Asks | str] = {
    "computations/1-calculate-simple.xform.xml": asks(
        ("/root/first-question", "5"), then={"/root/second-question": "10"}
    ),
    "computations/2-relevant-simple.xform.xml": asks(("/root/first-question", "3"), visible=2),
    "computations/3-relevant-calculate.xml": asks(
        ("/root/first-question", "4"),
        ("/root/second-question", "yes"),
        visible=3,
        then={"/root/third-question": "12"},
    ),
    "computations/4-calculate-required.xml": asks(
        ("/root/first-question", "4"), then={"/root/second-question": "8"}
    ),
    "controls/range-controls.xml": asks(visible=4, then={"/root/range-int": "2"}),
    "geolocation/geopoint-with-maps.xml": "limit_location",
    "geolocation/geopoint.xml": "limit_location",
    "geolocation/geoshape.xml": "limit_location",
    "groups/presentation-group.xml": "limit_location",
    "itext/media-label.xml": asks(visible=8),
    "notes/1-notes.xml": asks(visible=5),
    "other/disabled-input-types.xml": "limit_location",
    "other/minimal.xform.xml": asks(visible=2),
    "preview-service/xforms/all-question-types-v2024091201-3.xml": "limit_calendar",
    "preview-service/xforms/ifrc-distribution-site-assessment-v1.xml": "limit_location",
    "preview-service/xforms/socio-economic-survey-v20240515.xml": asks(visible=13),
    "rank/1-rank.xml": asks(visible=1),
    "repeats/01-basic-repeat.xml": asks(
        ("+", "/root/rep"), visible=2, then={"/root/rep[1]/a": "default value"}
    ),
    "repeats/02-repeat-grouped.xml": asks(("+", "/root/rep"), visible=2),
    "repeats/03-multiple-default-instances.xml": asks(
        ("-", "/root/rep[1]"),
        visible=2,
        then={"/root/rep[1]/a": "second default instance and its default value!"},
    ),
    "repeats/04-no-default-instances.xml": asks(("+", "/root/rep"), visible=1),
    "repeats/08-complex-repeats.xml": asks(
        visible=11, then={"/data/repeat_without_anything[3]/last_name": ""}
    ),
    "repeats/11-dynamic_label.xml": asks(visible=1),
    "repeats/12-NestedRepeat.xml": asks(visible=3),
    "repeats/14-repeat-fixed.xml": asks(visible=7, then={"/root/rep[3]/b": "3"}),
    "select/3-images-choice.xml": asks(visible=1),
    "select/4-appearances.xml": "limit_location",
    "select/6-select1-spaces.xml": asks(then={"/data/dessert": "cherry pie"}, visible=1),
    "select/select-one-from-map-external-files.xml": "limit_external_data",
    f"{JR}/Simpler_Cascading_Select_Form.xml": asks(
        ("/form/county", "pierce"),
        then={"/form/county": "pierce"},
        choices=("/form/county", ("king", "pierce")),
    ),
    f"{JR}/bad-range-form.xml": "range",
    f"{JR}/body-before-model.xml": asks(visible=1),
    f"{JR}/countNonEmptyForm.xml": asks(
        ("/test/details[3]/group2/weight", "9"),
        then={"/test/count_value": "4", "/test/count_non_empty_value": "3"},
    ),
    f"{JR}/default_test.xml": asks(
        then={"/data/string_val": "string-value", "/data/inline_val": "inline-value"}
    ),
    f"{JR}/form2.xml": asks(then={"/data/firstname": "John"}, visible=1),
    f"{JR}/form_with_additional_attributes.xml": "limit_location",
    f"{JR}/form_with_bind_attributes.xml": "limit_recording",
    f"{JR}/formindex-serialization.xml": asks(visible=1),
    f"{JR}/nigeria_wards_external.xml": "limit_external_data",
    f"{MODEL}/actions/event-odk-new-repeat-model.xml": asks(("+", "/data/my-repeat"), visible=1),
    f"{MODEL}/actions/event-odk-new-repeat.xml": asks(
        ("/data/my-toplevel-value", "12"),
        ("+", "/data/my-repeat"),
        ("+", "/data/my-repeat"),
        ("/data/repeat-count", "2"),
        then={
            "/data/my-repeat[2]/defaults-to-position": "2",
            "/data/my-repeat[1]/defaults-to-toplevel": "14",
            "/data/my-jr-count-repeat[2]/defaults-to-position-again": "2",
            "/data/my-repeat-without-template[1]/my-value": "",
        },
    ),
    f"{MODEL}/actions/invalid-events.xml": "event",
    f"{MODEL}/actions/multiple-events.xml": asks(
        ("/data/my-value", "15"),
        then={"/data/nested-first-load": "cheese", "/data/my-calculated-value": "30"},
    ),
    f"{MODEL}/actions/setgeopoint-action-instance-load.xml": "limit_location",
    f"{MODEL}/jr-choice-name.xml": asks(then={"/jr-choice-name/literal_choice_name": "Choice 2"}),
    f"{MODEL}/three-level-cascading-multi-select.xml": asks(visible=6),
    f"{JR}/org/javarosa/form/api/constraint-message-error.xml": asks(visible=4),
    f"{JR}/org/javarosa/form/api/navigation/repeatGroupWithQuestionAndRegularGroupInside.xml": asks(
        visible=0
    ),
    f"{JR}/org/javarosa/form/api/navigation/repeatGroupWithTwoQuestions.xml": asks(visible=0),
    f"{JR}/org/javarosa/form/api/navigation/simpleFormWithThreeQuestions.xml": asks(visible=3),
    f"{JR}/org/javarosa/form/api/navigation/twoNestedRegularGroups.xml": asks(visible=2),
    f"{PARSE}/external-secondary-instance-large.xml": "limit_external_data",
    f"{PARSE}/external-secondary-instance.xml": "limit_external_data",
    f"{PARSE}/external-select-csv.xml": "limit_external_data",
    f"{PARSE}/external-select-geojson.xml": "limit_external_data",
    f"{PARSE}/external-select-xml-dummy-nodes.xml": asks(visible=2),
    f"{PARSE}/internal_select_10.xml": asks(visible=2),
    f"{PARSE}/last-saved-blank.xml": "limit_external_data",
    f"{PARSE}/last-saved-filled.xml": "limit_external_data",
    f"{PARSE}/secondary-instance.xml": asks(then={"/data/data_set_used": "us_east"}),
    f"{JR}/org/javarosa/xml/primary-instance-with-id.xml": asks(
        then={"/data/firstname": "John", "/data/data_set_used": "us_east"}
    ),
    f"{JR}/org/javarosa/xpath/expr/relative-current-ref-field-ref.xml": asks(
        ("/data/my_group[1]/name", "Bob"), then={"/data/my_group[1]/name": "Bob"}
    ),
    f"{JR}/org/javarosa/xpath/expr/relative-current-ref-group-count-ref.xml": asks(
        then={"/data/count": "3"}, visible=3
    ),
    f"{JR}/org/javarosa/xpath/expr/relative-current-ref.xml": asks(visible=4),
    f"{JR}/populate-nodes-attributes.xml": asks(visible=2),
    f"{JR}/preload.xml": asks(then={"/data/today": "2026-11-26", "/data/deviceid": "k1"}),
    f"{JR}/rank-form.xml": asks(visible=1),
    f"{JR}/regression/issue_449_last_saved.xml": "xform",
    f"{JR}/repeat-secondary-instance.xml": asks(visible=1),
    f"{JR}/sms_form.xml": "limit_recording",
    f"{JR}/template-repeat.xml": asks(visible=2),
    f"{JR}/two-secondary-instances.xml": asks(
        ("/data/choice", "b"), then={"/data/one": "B", "/data/two": "B"}
    ),
    "test-scenario/ImageSelectTester-alt.xml": asks(visible=5),
    "test-scenario/template-repeat-alt.xml": asks(visible=2),
    "test-scenario/two-secondary-instances-alt.xml": asks(
        ("/data/choice", "a"), then={"/data/one": "A", "/data/two": "A"}
    ),
    "test-web-forms/select-control.xml": "limit_location",
    "test-web-forms/simple-dag-cycle.xml": "cycle",
    "test-web-forms/xpath-unknown-function.xml": "xpath_unknown_function",
    "upload/file-upload.xml": "limit_recording",
    "upload/image-capture.xml": "limit_recording",
    "validation/1-validation.xml": asks(visible=6),
    "xpath-fns/base64-decode.xml": asks(then={"/data/emoji": "🥰", "/data/accents": "Hélène"}),
    "xpath-fns/variadic-distance.xml": asks(visible=9),
}


@pytest.fixture(scope="module", autouse=True)
def _here() -> None:
    if not FORMS.exists():
        pytest.skip("the given forms are not here: they are not asked")


def test_every_form_is_in_the_table() -> None:
    assert {str(path.relative_to(FORMS)) for path in FORMS.rglob("*.xml")} == set(TABLE)


def loaded(name: str) -> Form:
    path = FORMS / name
    media = {each.name: each.read_bytes() for each in path.parent.glob("*.csv")}
    return load(path.read_bytes(), media)


@pytest.mark.parametrize("name", [name for name, told in TABLE.items() if isinstance(told, Asks)])
def test_a_form_is_asked_and_behaves(name: str) -> None:
    told = TABLE[name]
    assert isinstance(told, Asks)
    session = begin(loaded(name))
    for path, to in told.do:
        if path == "+":
            session.add(to)
        elif path == "-":
            session.remove(to)
        else:
            session.answer(path, to)
    data = session.data()
    assert {path: data.get(path) for path in told.then} == told.then
    if told.visible is not None:
        assert len(session.visible()) == told.visible
    if told.choices is not None:
        assert session.page.key == told.choices[0]
        assert tuple(each.value for each in session.page.questions[0].choices) == told.choices[1]
    steps = 0
    while not session.page.last and session.forward() and steps < 100:
        steps += 1
    assert session.xml().startswith("<")


@pytest.mark.parametrize("name", [name for name, told in TABLE.items() if isinstance(told, str)])
def test_a_form_is_refused_by_name(name: str) -> None:
    with pytest.raises(FormRefusedError) as refused:
        loaded(name)
    assert TABLE[name] in {problem.code for problem in refused.value.problems}
    assert all(problem.place.row for problem in refused.value.problems)
