"""What a demo may do by itself, and production only where somebody says so."""

import pytest

from resolvers.gateways.settings import BadSetting, Settings

DEMO = {"USHER_MODE": "demo"}
PRODUCTION = {"USHER_MODE": "production"}


@pytest.mark.parametrize(
    ("env", "origins"),
    [
        ({}, ("*",)),
        (DEMO, ("*",)),
        (PRODUCTION, ()),
        ({"DATABASE_URL": "postgres://h/d"}, ()),
        ({**DEMO, "USHER_ALLOWED_ORIGINS": "https://a.example"}, ("https://a.example",)),
        ({**PRODUCTION, "USHER_ALLOWED_ORIGINS": "*"}, ("*",)),
        (
            {**PRODUCTION, "USHER_ALLOWED_ORIGINS": "https://a.example, http://b.example:8080"},
            ("https://a.example", "http://b.example:8080"),
        ),
    ],
)
def test_pages_of_every_origin_may_use_a_demo_and_of_none_production(env: dict[str, str], origins: tuple[str, ...]) -> None:
    assert Settings.of(env).allowed_origins == origins


@pytest.mark.parametrize("value", ["**", "*.example.com", "https://*/", "null", "https://a.example/"])
def test_an_origin_is_whole_or_a_star(value: str) -> None:
    with pytest.raises(BadSetting, match=r"^USHER_ALLOWED_ORIGINS: "):
        Settings.of({"USHER_ALLOWED_ORIGINS": value})


@pytest.mark.parametrize(
    ("env", "explorer"),
    [
        ({}, "on"),
        ({"DATABASE_URL": "postgres://h/d"}, "off"),
        (PRODUCTION, "off"),
        ({**DEMO, "USHER_EXPLORER": "off"}, "off"),
        ({**PRODUCTION, "USHER_EXPLORER": "on"}, "on"),
    ],
)
def test_the_explorer_is_for_demos_unless_said_otherwise(env: dict[str, str], explorer: str) -> None:
    assert Settings.of(env).explorer == explorer


def test_the_explorer_is_on_or_off() -> None:
    with pytest.raises(BadSetting, match=r"^USHER_EXPLORER: "):
        Settings.of({"USHER_EXPLORER": "true"})
