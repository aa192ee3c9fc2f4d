"""OpenRosa for one survey: the list of forms, the form, its media, and taking in answers.

Other programs (ODK Collect) are given the address ``/openrosa/<token>``; the token is the right
to answer. The form that they get has the survey's id and version as its own, so that answers say
which version they are of.

Source: OpenRosa's Form List, Form Submission and Metadata APIs 1.0 (docs.getodk.org/openrosa);
docs/surveys.md, section 6.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from lxml import etree

from server.catalogue.pictures import picture_file
from server.surveys.models import FormMedium, FormVersion, Source, State, Survey
from server.surveys.taking import Sent, take_in

REQUEST_MAX: Final = 4 * 1024 * 1024  # bytes of one submission
INSTANCE_MAX: Final = 1024 * 1024
FILE_MAX: Final = 512 * 1024
FILES_MAX: Final = 20
_LIST: Final = "http://openrosa.org/xforms/xformsList"
_MANIFEST: Final = "http://openrosa.org/xforms/xformsManifest"
_META: Final = "http://openrosa.org/xforms"
_ANSWER: Final = "http://openrosa.org/http/response"

logger = logging.getLogger(__name__)


class SubmissionError(ValueError):
    """What was sent is no submission; the text says what was expected."""


@require_safe
def form_list(request: HttpRequest, token: str) -> HttpResponseBase:
    """List the survey's form, where it is published."""
    if not Survey.objects.filter(token=token).exists():
        return _no_such()
    survey, form = _published(token)
    root = etree.Element(f"{{{_LIST}}}xforms", nsmap={None: _LIST})
    if survey and form:
        entry = etree.SubElement(root, f"{{{_LIST}}}xform")
        base = request.build_absolute_uri(reverse("openrosa-form", args=(token, form.version)))
        for name, text in (
            ("formID", survey.pk),
            ("name", survey.title_fa),
            ("version", str(form.version)),
            ("hash", f"md5:{_md5(_as_asked(form))}"),
            ("downloadUrl", base),
            ("manifestUrl", f"{base}/manifest"),
        ):
            etree.SubElement(entry, f"{{{_LIST}}}{name}").text = text
    return _xml(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


@require_safe
def form(request: HttpRequest, token: str, version: int) -> HttpResponseBase:
    """Give the XForm of a version that was published."""
    found = _version(token, version)
    return _xml(_as_asked(found)) if found else _no_such()


@require_safe
def manifest(request: HttpRequest, token: str, version: int) -> HttpResponseBase:
    """List the form's media."""
    found = _version(token, version)
    if found is None:
        return _no_such()
    root = etree.Element(f"{{{_MANIFEST}}}manifest", nsmap={None: _MANIFEST})
    for each in found.media.select_related("picture"):
        entry = etree.SubElement(root, f"{{{_MANIFEST}}}mediaFile")
        url = reverse("openrosa-medium", args=(token, version, each.name))
        for name, text in (
            ("filename", each.name),
            ("hash", f"md5:{_md5(_bytes(each))}"),
            ("downloadUrl", request.build_absolute_uri(url)),
        ):
            etree.SubElement(entry, f"{{{_MANIFEST}}}{name}").text = text
    return _xml(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


@require_safe
def medium(request: HttpRequest, token: str, version: int, name: str) -> HttpResponseBase:
    """Give one of the form's media, never to be shown as a page."""
    found = _version(token, version)
    row = found.media.select_related("picture").filter(name=name).first() if found else None
    if row is None:
        return _no_such()
    answer = HttpResponse(_bytes(row), content_type="application/octet-stream")
    answer["Content-Disposition"] = "attachment"
    return answer


def _bytes(row: FormMedium) -> bytes:
    return picture_file(settings.CONFIGURATION, row.picture_id).read_bytes()


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def submission(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take in one set of answers: 201 once it is kept, also where it was kept before."""
    survey = Survey.objects.filter(token=token).exclude(state=State.DRAFT).first()
    if survey is None:
        return _no_such()
    if request.method == "HEAD":
        answer = _openrosa(HttpResponse(status=204))
        answer["Location"] = request.build_absolute_uri()
        return answer
    if int(request.META.get("CONTENT_LENGTH") or 0) > REQUEST_MAX:
        return _told(413, f"Expected at most {REQUEST_MAX} bytes.")
    try:
        sent = _sent(request, survey)
    except SubmissionError as error:
        return _told(400, str(error))
    with transaction.atomic():
        take_in([sent], timezone.now())
    logger.info("openrosa-taken survey=%s instance=%s", survey.pk, sent.instance_id)
    return _told(201, "Thank you.")


def _sent(request: HttpRequest, survey: Survey) -> Sent:
    files = request.FILES.getlist("xml_submission_file")
    if len(files) != 1:
        raise SubmissionError(f"Expected one xml_submission_file, got {len(files)}.")
    content = _read(files[0], INSTANCE_MAX)
    try:
        xml, root = content.decode("utf-8"), _parsed(content)
    except (UnicodeDecodeError, etree.XMLSyntaxError) as error:
        raise SubmissionError(f"Expected XML in UTF-8: {error}.") from None
    if root.get("id") != survey.pk:
        raise SubmissionError(f"Expected answers to {survey.pk}, got others.")
    version = root.get("version", "")
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise SubmissionError("Expected the version of the form that was got here.")
    now, attached = timezone.now(), _attachments(request)
    return Sent(
        instance_id=_instance_id(root),
        survey_id=survey.pk,
        version=int(version),
        source=Source.OPENROSA,
        xml=xml,
        complete=True,
        began_at=_meta_instant(root, "timeStart") or now,
        ended_at=_meta_instant(root, "timeEnd") or now,
        told={"xml": xml, "files": attached},
        files=attached,
    )


def _parsed(content: bytes) -> etree._Element:
    """Parse without a DTD, entities or the network."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.doctype:
        raise SubmissionError("Expected XML without a document type.")
    return root


def _instance_id(root: etree._Element) -> UUID:
    text = _meta(root, "instanceID").removeprefix("uuid:")
    try:
        return UUID(text)
    except ValueError:
        raise SubmissionError("Expected an instanceID, uuid: and a UUID.") from None


def _meta(root: etree._Element, name: str) -> str:
    for each in root.iter("{*}meta"):
        for child in each.iterchildren(f"{{*}}{name}"):
            return (child.text or "").strip()
    return ""


def _meta_instant(root: etree._Element, name: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(_meta(root, name))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo and 2000 <= at.year < 2200 else None


def _attachments(request: HttpRequest) -> list[list[str]]:
    found = [
        each for name in request.FILES if name != "xml_submission_file"
        for each in request.FILES.getlist(name)
    ]  # fmt: skip
    if len(found) > FILES_MAX:
        raise SubmissionError(f"Expected at most {FILES_MAX} files, got {len(found)}.")
    return [
        [(each.name or "")[-200:], base64.b64encode(_read(each, FILE_MAX)).decode("ascii")]
        for each in found
    ]


def _read(file: UploadedFile[Any], size_max: int) -> bytes:
    if (file.size or 0) > size_max:
        raise SubmissionError(f"Expected files of at most {size_max} bytes, got {file.size}.")
    content: bytes = file.read()
    return content


def _published(token: str) -> tuple[Survey | None, FormVersion | None]:
    survey = Survey.objects.filter(token=token, state=State.PUBLISHED).first()
    if survey is None or survey.published is None:
        return None, None
    return survey, survey.versions.filter(version=survey.published["version"]).first()


def _version(token: str, version: int) -> FormVersion | None:
    return FormVersion.objects.filter(
        survey__token=token, version=version, published_at__isnull=False
    ).first()


def _as_asked(form: FormVersion) -> bytes:
    """Write the form with the survey's id and version on the root of its instance."""
    head = _parsed(form.xform.encode("utf-8"))
    instance = head.find(".//{http://www.w3.org/2002/xforms}model/{*}instance")
    if instance is not None and len(instance):
        root = next(iter(instance.iterchildren("{*}*")))
        root.set("id", form.survey_id)
        root.set("version", str(form.version))
        root.attrib.pop(f"{{{_META}}}version", None)
    return etree.tostring(head, xml_declaration=True, encoding="UTF-8")


def _md5(content: bytes) -> str:
    """Give what OpenRosa asks for, to tell versions apart; it keeps nobody out."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _told(status: int, words: str) -> HttpResponse:
    root = etree.Element(f"{{{_ANSWER}}}OpenRosaResponse", nsmap={None: _ANSWER})
    nature = "submit_success" if status == 201 else "submit_failure"
    etree.SubElement(root, f"{{{_ANSWER}}}message", nature=nature).text = words
    return _xml(etree.tostring(root, xml_declaration=True, encoding="UTF-8"), status)


def _no_such() -> HttpResponse:
    return _openrosa(HttpResponse(status=404))


def _xml(content: bytes, status: int = 200) -> HttpResponse:
    return _openrosa(HttpResponse(content, "text/xml; charset=utf-8", status))


def _openrosa(answer: HttpResponse) -> HttpResponse:
    answer["X-OpenRosa-Version"] = "1.0"
    answer["X-OpenRosa-Accept-Content-Length"] = str(REQUEST_MAX)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
