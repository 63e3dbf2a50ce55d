"""Names of organizers, clients and devices, and of the channels that partners sell over."""

import pytest

from domain.errors import InvalidInput
from domain.names import named
from domain.sales_channels import check_channels


@pytest.mark.parametrize("name", ["A", "Main entrance, left", "é" * 100])
def test_a_name_has_no_blanks_around_it(name: str) -> None:
    assert named(f" \t{name}\n", "input", "name") == name


@pytest.mark.parametrize("name", ["", " \t\n", "é" * 101])
def test_what_is_no_name_is_refused_at_its_field(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"^1 to 100 characters\.$") as refused:
        named(name, "input", "name")
    assert refused.value.path == ("input", "name")


@pytest.mark.parametrize("channel", ["", "web", "1A", "_A", "A-B", "A ", "A\n", "Ä", "A" * 33])
def test_what_is_no_channel_is_refused_at_its_place(channel: str) -> None:
    check_channels(["A", "WEB_2", "A" * 32])
    with pytest.raises(InvalidInput) as refused:
        check_channels(["WEB", channel, "no"])
    assert refused.value.path == ("input", "channels", "1")
