"""No version is older than the one in which a vulnerability of it was mended."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version

ROOT = Path(__file__).parents[1]
# By what was mended last.
FLOORS = {
    "strawberry-graphql": "0.327.2",  # slots of subscriptions that leak; sockets that are not asked who they are
    "graphql-core": "3.3.1",  # memory of aborted validations; comments that no token limit counts
    "starlette": "1.3.1",  # a Host header that forges request.url; ranges in quadratic time
    "uvicorn": "0.54.0",
    "pyjwt": "2.15.1",  # public keys that pass for secrets
    "redis": "8.1.0",  # answers of a cancelled command that somebody else gets
    "broadcaster": "0.3.1",
}


@pytest.mark.parametrize("name", FLOORS)
def test_s34_no_version_is_below_its_floor(name: str) -> None:
    floor = Version(FLOORS[name])
    assert Version(version(name)) >= floor
    for file in ("requirements.txt", "requirements-dev.txt"):
        (pinned,) = re.findall(rf"^{re.escape(name)}==([^ ;\\]+)", (ROOT / file).read_text(), re.MULTILINE)
        assert Version(pinned) >= floor


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_s34_everything_is_pinned_by_its_hash(file: str) -> None:
    text = (ROOT / file).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []
    assert len(lines) > 40
