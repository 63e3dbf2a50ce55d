"""Ticket tokens: one spelling each, small enough for a quick scan, and nothing forged gets in."""

import base64
from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from domain.gateways import TicketTokens
from domain.ids import OrderId, SessionId, TicketId, TicketTypeId, UserId
from domain.money import Money
from domain.tickets import Ticket, TicketClaim, TicketStatus
from resolvers.gateways import ticket_tokens, tokens
from resolvers.gateways.ticket_tokens import SignedTicketTokens, ticket_qr_svg

SEED = bytes(range(32))
OURS = SignedTicketTokens(SEED)
ORDER_OF_ED25519 = 2**252 + 27742317777372353535851937790883648493


def a_ticket(generation: int = 1, ticket: int = 5, session: int = 6) -> Ticket:
    return Ticket(
        id=TicketId(UUID(int=ticket)),
        order_id=OrderId(UUID(int=1)),
        session_id=SessionId(UUID(int=session)),
        user_id=UserId(UUID(int=2)),
        ticket_type_id=TicketTypeId(UUID(int=3)),
        seat="Stalls C-14",
        status=TicketStatus.VALID,
        price=Money(1250, "EUR"),
        purchased_at=datetime(2031, 5, 4, tzinfo=UTC),
        generation=generation,
    )


def spelled(packed: bytes) -> str:
    return "US1." + base64.b32encode(packed).decode()


def bytes_of(token: str) -> bytes:
    return base64.b32decode(token.removeprefix("US1."))


TOKEN = OURS.issue(a_ticket())
CLAIM = TicketClaim(TicketId(UUID(int=5)), SessionId(UUID(int=6)), 1)
ids = st.integers(0, 2**128 - 1)


@given(ids, ids, st.integers(0, 65_535))
def test_a_token_says_its_ticket_session_and_generation(ticket: int, session: int, generation: int) -> None:
    ours: TicketTokens = OURS
    token = ours.issue(a_ticket(generation, ticket, session))
    assert ours.read(token) == TicketClaim(TicketId(UUID(int=ticket)), SessionId(UUID(int=session)), generation)


def test_a_token_has_164_characters_that_a_qr_code_of_version_7_holds_at_level_m() -> None:
    code = segno.make_qr(TOKEN, error="m", boost_error=False)
    assert (len(TOKEN), code.designator, code.mode) == (164, "7-M", "alphanumeric")


def test_the_same_ticket_always_has_the_same_token_and_another_generation_another() -> None:
    assert OURS.issue(a_ticket()) == TOKEN
    assert OURS.issue(a_ticket(generation=2)) != TOKEN


def test_another_process_with_the_same_seed_reads_it_and_another_seed_does_not() -> None:
    assert SignedTicketTokens(SEED).read(TOKEN) == CLAIM
    assert SignedTicketTokens(SEED[::-1]).read(TOKEN) is None


@pytest.mark.parametrize(
    "text",
    [
        "test",
        "",
        "US1.",
        TOKEN.lower(),
        TOKEN.swapcase(),
        "us1." + TOKEN[4:],
        "US2." + TOKEN[4:],
        TOKEN[4:],
        " " + TOKEN,
        TOKEN + " ",
        TOKEN + "\n",
        TOKEN + "=",
        TOKEN + "A",
        TOKEN[:-1],
        TOKEN[:-1] + "=",
        TOKEN[:40] + " " + TOKEN[40:],
        TOKEN[:40] + "-" + TOKEN[41:],
        TOKEN[:-1] + "\u0661",
        "\ud800" + TOKEN[1:],
        "US1." + "A" * 160,
        "US1." + "=" * 160,
    ],
)
def test_s7_what_is_not_the_one_spelling_of_a_signed_token_is_refused(text: str) -> None:
    assert OURS.read(text) is None


@given(st.integers(0, len(TOKEN) - 1), st.characters())
def test_s7_any_changed_character_is_refused(at: int, character: str) -> None:
    changed = TOKEN[:at] + character + TOKEN[at + 1 :]
    assert OURS.read(changed) == (CLAIM if changed == TOKEN else None)


@pytest.mark.parametrize("at", range(100))
def test_s7_any_changed_byte_is_refused(at: int) -> None:
    packed = bytearray(bytes_of(TOKEN))
    for bit in range(8):
        packed[at] ^= 1 << bit
        assert OURS.read(spelled(bytes(packed))) is None
        packed[at] ^= 1 << bit
    assert OURS.read(spelled(bytes(packed))) == CLAIM


@given(st.text())
def test_no_text_crashes_the_reader(text: str) -> None:
    assert OURS.read(text) is None
    assert OURS.read("US1." + text) is None


@given(st.binary(min_size=100, max_size=100))
def test_s7_no_bytes_pass_for_a_token(packed: bytes) -> None:
    assert OURS.read(spelled(packed)) is None


def test_s7_the_other_form_of_the_same_signature_is_refused() -> None:
    packed = bytes_of(TOKEN)
    scalar = int.from_bytes(packed[68:], "little") + ORDER_OF_ED25519
    assert OURS.read(spelled(packed[:68] + scalar.to_bytes(32, "little"))) is None


@pytest.mark.parametrize("at", [0, 1])
def test_s7_a_well_signed_claim_of_another_version_or_key_id_is_refused(at: int) -> None:
    claim = bytearray(bytes_of(TOKEN)[:36])
    claim[at] ^= 1
    signature = OURS._key.sign(ticket_tokens.DOMAIN + bytes(claim))
    assert OURS.read(spelled(bytes(claim) + signature)) is None


def test_s7_a_signature_made_for_another_purpose_is_refused() -> None:
    claim = bytes_of(TOKEN)[:36]
    assert OURS.read(spelled(claim + OURS._key.sign(claim))) is None
    assert OURS.read(spelled(claim + OURS._key.sign(ticket_tokens.DOMAIN + claim))) == CLAIM


def test_tickets_and_access_tokens_of_one_seed_have_different_keys() -> None:
    access, ticket = tokens._signing_key(SEED), ticket_tokens._signing_key(SEED)
    assert len({SEED, access.private_bytes_raw(), ticket.private_bytes_raw()}) == 3


def test_a_seed_under_32_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        SignedTicketTokens(SEED[1:])


def test_the_qr_code_is_a_small_svg_that_only_draws() -> None:
    svg = OURS.qr_svg(TOKEN)
    root = ElementTree.fromstring(svg)
    assert svg == ticket_qr_svg(TOKEN)
    assert root.get("viewBox") == "0 0 53 53"
    assert root.get("width") is None
    assert [child.tag.removeprefix("{http://www.w3.org/2000/svg}") for child in root] == ["path", "path"]
    assert [(root[0].get("fill"), root[0].get("d")), root[1].get("stroke")] == [("#fff", "M0 0h53v53h-53z"), "#000"]
    assert len(svg) < 4_000
    assert "US1" not in svg
