"""Messages: what is written is read again, what is wrong is refused, what is unknown is passed over."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hardware.terminal.behpardakht import codec as pospc
from kiosk.hardware.terminal.behpardakht import messages as pm
from kiosk.hardware.terminal.behpardakht.framing import pack_response
from kiosk.hardware.terminal.masking import MaskedPan, mask_digits
from kiosk.hardware.terminal.protocol_error import ProtocolError
from kiosk.hardware.terminal.sadad import codec as pcpos
from kiosk.hardware.terminal.sadad import messages as sm
from kiosk.hardware.terminal.zvt import codec as zvt
from kiosk.hardware.terminal.zvt import messages as zm
from kiosk.hardware.terminal.zvt.framing import Apdu, pack
from kiosk.hardware.terminal.zvt.results import Doing, Why, doing, wants_card_removed, why
from kiosk.hardware.terminal.zvt.text import read_text
from kiosk.hardware.terminal.zvt.tlv import Tlv, read_container, write_container

letters = string.ascii_letters
words = st.text(letters, max_size=8)
bytes_ = st.integers(0, 255)
maybe_byte = st.none() | bytes_
numbers = st.integers(0, 999_999)
digits = st.text(string.digits, min_size=16, max_size=19)
pans = digits.map(mask_digits)
charges = st.builds(
    zm.Charge, st.none() | st.integers(0, zm.AMOUNT_MAX), st.none() | st.integers(0, 999)
)
passwords = st.text(string.digits, min_size=6, max_size=6).map(zm.Password)
receipts = st.none() | st.integers(0, zm.RECEIPT_MAX)
leaf_values = st.binary(max_size=6)  # shorter than a card number
leaves = st.builds(Tlv, st.sampled_from(["07", "14", "1F10", "43", "C1", "1F8101"]), leaf_values)
nodes = st.recursive(
    leaves,
    lambda inner: st.builds(
        Tlv,
        st.sampled_from(["24", "60", "2F", "E4", "FF20"]),
        st.lists(inner, max_size=3).map(tuple),
    ),
    max_leaves=6,
)
containers = st.none() | st.lists(nodes, max_size=3).map(tuple)

ZVT_MESSAGES = st.one_of(
    st.builds(zm.Registration, passwords, bytes_, st.integers(310, 999), st.none(), containers),
    st.builds(zm.Authorisation, charges, maybe_byte, maybe_byte, containers),
    st.builds(zm.Reversal, passwords, receipts, charges, containers),
    st.builds(zm.Refund, passwords, charges, containers),
    st.builds(zm.RepeatReceipt, passwords, maybe_byte, containers),
    st.builds(zm.StatusEnquiry, passwords, maybe_byte, containers),
    st.builds(zm.EndOfDay, passwords, containers),
    st.builds(zm.Diagnosis, containers),
    st.builds(zm.LogOff),
    st.builds(zm.EcrAbort),
    st.builds(
        zm.StatusInformation,
        result=maybe_byte,
        charge=charges,
        terminal_id=st.text(string.digits, min_size=8, max_size=8),
        receipt=receipts,
        trace=st.none() | numbers,
        original_trace=st.none() | numbers,
        turnover=st.none() | numbers,
        pan=st.none() | pans,
        card_type=maybe_byte,
        card_name=words,
        authorisation=words,
        contract=words,
        date_mmdd=st.sampled_from(["", "1231"]),
        time=st.sampled_from(["", "235959"]),
        text=words,
        payment_type=maybe_byte,
        totals=st.binary(max_size=5).map(bytes.hex),
        tlv=containers,
    ),
    st.builds(zm.IntermediateStatus, bytes_, st.none() | st.integers(0, 5), st.none()),
    st.builds(zm.PrintLine, bytes_, st.binary(max_size=12)),
    st.builds(zm.PrintTextBlock, st.lists(nodes, max_size=3).map(tuple)),
    st.builds(zm.Completion, status=bytes_, version=words.filter(bool), tlv=containers),
    st.builds(
        zm.Completion,
        status_byte=bytes_,
        terminal_id=st.just("29001234"),
        currency=st.integers(0, 999),
        tlv=containers,
    ),
    st.builds(zm.Completion),
    st.builds(zm.Abort, bytes_, receipts, containers),
    st.builds(zm.Abort),
    st.builds(zm.Ack, containers),
    st.builds(zm.Nak, bytes_.filter(lambda code: code != 0x9D), st.just(zm.Charge()), maybe_byte),
    st.builds(zm.Nak, st.just(0x9D), charges),
)


@given(ZVT_MESSAGES)
def test_a_zvt_message_is_read_as_it_was_written(message: zm.Message) -> None:
    assert zvt.decode(zvt.encode(message)) == message


@given(st.lists(nodes, max_size=4).map(tuple))
def test_a_container_is_read_as_it_was_written(tags: tuple[Tlv, ...]) -> None:
    assert read_container(write_container(tags)) == tags


texts = st.text(letters + string.digits, max_size=12)
POSPC_REQUESTS = st.one_of(
    st.builds(
        pm.Sale,
        st.integers(0, 10**12 - 1),
        texts,
        st.none() | st.integers(0, 10**12 - 1),
        texts,
        texts,
    ),
    st.builds(pm.Inquiry, texts.filter(bool)),
    st.just(pm.Last()),
    st.just(pm.Ready()),
    st.just(pm.Cancel()),
)
POSPC_RESPONSES = st.builds(
    pm.Response,
    code=st.sampled_from(["00", "51", "FF", "EA"]),
    service=st.sampled_from([pm.SALE, pm.INQUIRY, pm.LAST, None]),
    amount=st.none() | st.integers(0, 10**12 - 1),
    reference=texts,
    trace=st.sampled_from(["", "06", "001234"]),
    retrieval=st.sampled_from(["", "127957072802"]),
    date_jalali=st.sampled_from(["", "1399/03/08"]),
    time=st.sampled_from(["", "12:16"]),
    pan=st.none() | st.text(string.digits, min_size=16, max_size=16).map(mask_digits),
    terminal_id=st.sampled_from(["", "21009543"]),
    merchant_id=st.sampled_from(["", "12404580"]),
    a4=texts,
) | st.just(pm.Ok())


@given(POSPC_REQUESTS)
def test_a_pos_pc_request_is_read_as_it_was_written(message: pm.Request) -> None:
    assert pospc.decode_request(pospc.encode_request(message)) == message


@given(POSPC_RESPONSES)
def test_a_pos_pc_response_is_read_as_it_was_written(message: pm.Answer) -> None:
    assert pospc.decode_response(pospc.encode_response(message)) == message


optional = st.dictionaries(st.integers(1, 8), texts, max_size=5).map(
    lambda fields: tuple(sorted(fields.items()))
)
versions = st.sampled_from(["000", "002"])
PCPOS_MESSAGES = st.one_of(
    st.builds(sm.Request, st.integers(0, 10**12 - 1), optional, version=versions),
    *(st.builds(kind, versions) for kind in (sm.Inm, sm.Ack, sm.Nack, sm.Eot)),
    st.builds(
        sm.Response,
        st.sampled_from(["00", "51"]),
        st.none() | st.integers(0, 10**12 - 1),
        st.none() | st.text(string.digits, min_size=16, max_size=19).map(mask_digits),
        version=versions,
    ),
    st.builds(
        sm.Response,
        code=st.just("00"),
        amount=st.integers(1, 10**12 - 1),
        pan=st.just(mask_digits("6219861234567890")),
        processing=st.just("000000"),
        transaction=st.integers(0, 999_999).map("{:06d}".format),
        retrieval=st.just("320062616302"),
        approval=st.sampled_from(["0014  ", "123456"]),
        terminal_id=st.just("C0000301"),
        merchant_id=st.just("000000000000152"),
    ),
)


@given(PCPOS_MESSAGES)
def test_a_pcpos_message_is_read_as_it_was_written(message: sm.Message) -> None:
    assert pcpos.decode(pcpos.encode(message)) == message


def test_a_pcpos_response_has_the_size_of_the_printed_one() -> None:
    frame = pcpos.encode(sm.Response("00", 1_898_010, mask_digits("6219861234567890")))

    assert (len(frame), frame[1:4]) == (284, b"280")


REFUSED: list[tuple[Any, tuple[Any, ...]]] = [
    (zm.Charge, (zm.AMOUNT_MAX + 1, 978)),
    (zm.Charge, (-1, 978)),
    (zm.Charge, (100, 1_000)),
    (zm.Charge, (1.5, 978)),
    (zm.Password, ("12345",)),
    (zm.Password, ("1234567",)),
    (zm.Password, ("۱۲۳۴۵۶",)),
    (zm.Registration, (zm.Password("000000"), 256)),
    (zm.Reversal, (zm.Password("000000"), 10_000)),
    (zm.Nak, (256,)),
    (MaskedPan, ("4111111111111111",)),
    (MaskedPan, ("4111111EEEEE1111",)),
    (MaskedPan, ("41111111",)),
    (pm.Sale, (-1,)),
    (pm.Sale, (10**12,)),
    (pm.Sale, (1, "x" * 21)),
    (pm.Sale, (1, "مرجع")),
    (pm.Inquiry, ("",)),
    (sm.Request, (-1,)),
    (sm.Request, (10**12,)),
    (sm.Ack, ("00",)),
]


@pytest.mark.parametrize(("kind", "arguments"), REFUSED)
def test_a_value_refuses_what_is_wrong(kind: Any, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="Expected"):
        kind(*arguments)


def zvt_frame(control: int, body: str) -> bytes:
    return pack(Apdu(control, bytes.fromhex(body)))


@pytest.mark.parametrize(
    ("control", "body", "message"),
    [
        (0x040F, "2700fb01040000000000 99", zm.StatusInformation(0, zm.Charge(99))),
        (0x040F, "040000000000 992700", zm.StatusInformation(0, zm.Charge(99))),
        (0x040F, "270092f0f0f3aabbcc870001", zm.StatusInformation(0, receipt=1)),
        (0x040F, "270087ffff", zm.StatusInformation(0)),
        (0x040F, "27000bffffff", zm.StatusInformation(0)),
        (0x061E, "", zm.Abort()),
        (0x061E, "b4870012", zm.Abort(0xB4, 12)),
        (0x04FF, "17", zm.IntermediateStatus(0x17)),
        (0x04FF, "1706", zm.IntermediateStatus(0x17, 6)),
        (0x04FF, "170600", zm.IntermediateStatus(0x17, None, ())),
        (0x04FF, "17060600", zm.IntermediateStatus(0x17, 6, ())),
        (0x0600, "123456de", zm.Registration(zm.Password("123456"), 0xDE)),
        (0x0600, "123456de0300", zm.Registration(zm.Password("123456"), 0xDE, None, 0)),
        (0x0600, "123456de0364", zm.Registration(zm.Password("123456"), 0xDE, 364)),
        (0x0600, "123456de03640300", zm.Registration(zm.Password("123456"), 0xDE, 364, 0)),
        (0x0600, "123456de0600", zm.Registration(zm.Password("123456"), 0xDE, 600)),
        (
            0x0600,
            "123456de0603140178",
            zm.Registration(zm.Password("123456"), 0xDE, None, None, (Tlv("14", b"\x78"),)),
        ),
        (0x060F, "00", zm.Completion(0)),
        (0x060F, "f0f0f3626c61", zm.Completion(version="bla")),
        (0x060F, "19", zm.Completion(0x19)),
        (0x060F, "1900", zm.Completion(status_byte=0)),
        (0x8400, "", zm.Nak(0)),
        (0x849C, "", zm.Nak(zm.WAIT)),
        (0x841E, "7d", zm.Nak(0x1E, zm.Charge(), 0x7D)),
        (0x849D, "04000000002200", zm.Nak(0x9D, zm.Charge(2200))),
        (0x0501, "", zm.StatusEnquiry()),
        (0x06D1, "", zm.PrintLine(0, b"")),
        (0x08FF, "0102", zm.Other(0x08FF)),
    ],
)
def test_zvt_says_the_same_in_many_ways(control: int, body: str, message: zm.Message) -> None:
    assert zvt.decode(zvt_frame(control, body)) == message


@pytest.mark.parametrize(
    ("control", "body", "reason"),
    [
        (0x040F, "27005501", "BMP 55: expected one whose length is known, got another"),
        (0x040F, "270004 0000", "BMP 04: expected 6 bytes, got fewer"),
        (0x040F, "270004 00000000000a", "amount_minor: expected decimal digits, got others"),
        (0x040F, "270049097a", "currency: expected decimal digits, got others"),
        (0x040F, "2700498765", "040F: Expected a currency from 0 to 999, got 8765"),
        (0x040F, "2700276c", "result: expected one value, got two"),
        (0x040F, "040000000001002700040000000002 00", "amount_minor: expected one value, got two"),
        (0x040F, "3cf0f0", "Expected a length, got the end"),
        (0x040F, "3c303030", "Expected a digit of a length as F0 to F9, got another byte"),
        (0x040F, "06021f80", "TLV: expected the end of a tag, got the end of the container"),
        (0x040F, "06030702aa", "TLV 07: expected 2 bytes, got 1"),
        (0x040F, "0684ffffffff", "TLV: expected a length of one to three bytes, got another"),
        (0x0630, "1234", "Expected a password of six digits, got something else"),
        (0x0630, "12345f", "Expected a password of six digits, got something else"),
        (0x0630, "", "Expected a password, got none"),
        (0x0600, "123456", "Registration: expected a configuration byte, got the end"),
        (0x04FF, "", "Intermediate status: expected a status, got the end"),
        (0x060F, "f0f0f362 6c", "Completion: expected a version of 3 bytes, got fewer"),
    ],
)
def test_a_zvt_frame_that_leaves_something_open_is_refused(
    control: int, body: str, reason: str
) -> None:
    with pytest.raises(ProtocolError) as refused:
        zvt.decode(zvt_frame(control, body))

    assert (refused.value.reason, refused.value.framing) == (reason, "refuse")


def test_the_same_value_twice_is_no_harm() -> None:
    assert zvt.decode(zvt_frame(0x040F, "27002700")) == zm.StatusInformation(0)


def test_a_tag_whose_inside_makes_no_sense_is_passed_over() -> None:
    tags = read_container(bytes.fromhex("2403 07ff411401 01"))

    assert tags == (Tlv("24", ()), Tlv("14", b"\x01"))


def test_tags_are_not_followed_without_end() -> None:
    deep = b""
    for _ in range(2_000):
        deep = write_container((Tlv("24", deep),))

    [tag] = read_container(deep)
    assert tag.tag == "24"


def test_a_receipt_as_a_block_has_lines_and_says_for_whom_it_is() -> None:
    block = zvt.decode(zvt_frame(0x06D3, "06101f070102250a 0703414243 09 0180 0700"))

    assert isinstance(block, zm.PrintTextBlock)
    assert (block.receipt_type, block.lines) == (2, (b"ABC", b""))


def test_the_terminals_own_words_are_told() -> None:
    status = zvt.decode(bytes.fromhex("04ff140a010610240e070c5465737420842094208120e1"))

    assert isinstance(status, zm.IntermediateStatus)
    assert (status.timeout_min, read_text(status.text)) == (1, "Test ä ö ü ß")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (b"H\xc4NDLER", "HÄNDLER"),
        (b"H\x8eNDLER", "HÄNDLER"),
        (b"Stra\xe1e", "Straße"),
        ("Zahlung möglich".encode(), "Zahlung möglich"),
        (b"10 \xa4", "10 €"),
    ],
)
def test_text_is_read_in_the_set_that_fits(text: bytes, read: str) -> None:
    assert read_text(text) == read


@pytest.mark.parametrize("code", range(256))
def test_every_code_has_a_meaning_and_only_zero_is_good(code: int) -> None:
    assert (why(code) is Why.GOOD) == (code == 0)
    assert isinstance(doing(code), Doing)


def test_a_status_that_also_wants_the_card_removed_means_the_same() -> None:
    assert doing(0x55) is doing(0x15) is Doing.WRONG_PIN
    assert [wants_card_removed(code) for code in (0x15, 0x55, 0x0B, 0x4B)] == [
        False,
        True,
        True,
        True,
    ]


def test_a_status_knows_good_and_a_refusal_knows_wait() -> None:
    assert zm.StatusInformation(0).good
    assert not zm.StatusInformation().good
    assert not zm.StatusInformation(0x6C).good
    assert zm.Nak(0x9C).waits
    assert not zm.Nak(0xCC).waits


@pytest.mark.parametrize(
    "tlv",
    ["c00230", "c0", "b00101", "c00180", "c0023030c0023531", "c00230 30 b0021 2fa"],
    ids=["cut value", "no length", "no code", "no ASCII", "two codes", "no digits"],
)
def test_a_pos_pc_response_that_leaves_something_open_is_refused(tlv: str) -> None:
    with pytest.raises(ProtocolError):
        pospc.decode_response(pack_response(bytes.fromhex(tlv.replace(" ", ""))))


def test_only_what_the_host_left_open_is_undecided() -> None:
    assert [pm.Response(code).undecided for code in ("00", "51", "FA", "FF")] == [
        False,
        False,
        False,
        True,
    ]


def test_pcpos_fields_that_do_not_look_as_they_should_are_not_believed() -> None:
    told = sm.Response("00", 5, None, "170000", "001002", "not an rrn", "0014", "C0000301", "152")

    read = pcpos.decode(pcpos.encode(told))

    assert read == sm.Response("00", 5)
