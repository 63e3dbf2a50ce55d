"""Secrets: none that anybody could have read somewhere, and several keys where keys follow each other."""

import re
from pathlib import Path

import pytest

from resolvers.gateways.secrets import BadSecret
from resolvers.gateways.settings import Settings
from tests.test_lifecycle import GOOD

ROOT = Path(__file__).parents[3]
SECRET = re.compile(r"(?<![\w/+.-])[A-Za-z0-9+/_-]{43,}={0,2}(?![\w/+.-])")


def test_s9_nothing_that_is_written_in_our_documents_is_a_secret_that_production_takes() -> None:
    texts = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob(".env*"), *ROOT.glob("docker-compose*"), ROOT / "Makefile"]
    found = {each for text in texts if text.is_file() for each in SECRET.findall(text.read_text())}
    assert "c2FtcGxlLXNhbXBsZS1zYW1wbGUtc2FtcGxlLXNhbXA=" in found
    for sample in found:
        with pytest.raises(BadSecret, match=r"^USHER_TICKET_KEY "):
            Settings.of({**GOOD, "USHER_TICKET_KEY": sample}).secrets()


def test_several_keys_of_access_tokens_are_told_apart_and_each_must_be_good() -> None:
    newest, older = GOOD["USHER_TICKET_KEY"], GOOD["USHER_ACCESS_TOKEN_KEY"]
    secrets = Settings.of({**GOOD, "USHER_ACCESS_TOKEN_KEY": f"{newest}, {older}"}).secrets()
    assert secrets.access_token_keys == (bytes(range(32, 64)), bytes(range(32)))
    refused = {f"{newest},AAAA": "has 3 bytes", f"{newest},{'A' * 43}=": "is a sample", f"{newest},": "has 0 bytes"}
    for value, problem in {**refused, ",".join([newest] * 6): "has more than 5 keys"}.items():
        with pytest.raises(BadSecret, match=f"^USHER_ACCESS_TOKEN_KEY {problem}"):
            Settings.of({**GOOD, "USHER_ACCESS_TOKEN_KEY": value}).secrets()
    with pytest.raises(BadSecret, match=r"^USHER_TICKET_KEY is not base64"):
        Settings.of({**GOOD, "USHER_TICKET_KEY": f"{newest},{older}"}).secrets()
