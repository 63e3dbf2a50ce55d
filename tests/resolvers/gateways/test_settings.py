"""What a demo may do by itself, and production only where somebody says so."""

import pytest

from resolvers.gateways.settings import BadSetting, Settings
from schema.serving.limits import Limits
from schema.serving.throttle import FILLED_IN

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


def test_proxies_are_trusted_by_list_and_never_by_default() -> None:
    assert Settings.of({}).trusted_proxies == ()
    listed = Settings.of({"USHER_TRUSTED_PROXIES": "10.0.0.7, 10.1.0.0/16,fd00::/8"}).trusted_proxies
    assert listed == ("10.0.0.7/32", "10.1.0.0/16", "fd00::/8")


@pytest.mark.parametrize("value", ["*", "proxy.example.com", "10.0.0.1/16"])
def test_a_trusted_proxy_is_an_address_or_a_network(value: str) -> None:
    with pytest.raises(BadSetting, match=r"^USHER_TRUSTED_PROXIES: "):
        Settings.of({"USHER_TRUSTED_PROXIES": value})


@pytest.mark.parametrize("scheme", ["memory", "redis", "rediss", "unix", "redis+cluster", "rediss+cluster"])
def test_redis_may_be_away_alone_encrypted_or_many(scheme: str) -> None:
    assert Settings.of({"REDIS_URL": f"{scheme}://cache:6379"}).redis_url == f"{scheme}://cache:6379"


def test_cost_is_limited_unless_it_is_said_not_to_be_and_the_dearest_operation_fits() -> None:
    production = Settings.of({"USHER_MODE": "production"})
    assert (production.cost_per_second, production.cost_per_address) == (1_000, 10_000)
    assert Settings.of({"USHER_COST_PER_SECOND": "0"}).cost_per_second == 0
    with pytest.raises(BadSetting, match=r"^USHER_COST_PER_ADDRESS: .*either 0 or at least 250\.$"):
        Settings.of({"USHER_COST_PER_ADDRESS": "249"})
    assert Limits().cost <= 250 * FILLED_IN


@pytest.mark.parametrize(
    ("env", "introspection", "explorer"),
    [
        (DEMO, "on", True),
        (PRODUCTION, "staff", False),
        ({**PRODUCTION, "USHER_INTROSPECTION": "off", "USHER_EXPLORER": "on"}, "off", True),
        ({**DEMO, "USHER_DOCUMENTS": "trusted"}, "on", False),
    ],
)
def test_s29_who_is_told_the_schema(env: dict[str, str], introspection: str, explorer: bool) -> None:
    settings = Settings.of(env)
    assert (settings.introspection, settings.has_explorer) == (introspection, explorer)


MAIL = {"USHER_SMTP_URL": "smtps://u:p@mail.example", "USHER_MAIL_FROM": "Usher <tickets@example.org>"}
PUBLIC = {"USHER_PUBLIC_URL": "https://tickets.example"}


@pytest.mark.parametrize(
    ("env", "missing"),
    [
        ({**PRODUCTION, **MAIL}, "USHER_PUBLIC_URL"),
        ({**PRODUCTION, **PUBLIC, "USHER_SMTP_URL": MAIL["USHER_SMTP_URL"]}, "USHER_MAIL_FROM"),
        ({**PRODUCTION, **PUBLIC, "USHER_MAIL_FROM": MAIL["USHER_MAIL_FROM"]}, "USHER_SMTP_URL"),
        ({**DEMO, "USHER_SMTP_URL": MAIL["USHER_SMTP_URL"]}, "USHER_MAIL_FROM"),
        ({**DEMO, "USHER_MAIL_FROM": MAIL["USHER_MAIL_FROM"]}, "USHER_SMTP_URL"),
    ],
)
def test_mail_is_set_up_whole_or_not_at_all(env: dict[str, str], missing: str) -> None:
    with pytest.raises(BadSetting, match=f"^{missing}: "):
        Settings.of(env)


def test_s9_what_mail_needs_is_complete_or_absent() -> None:
    settings = Settings.of({**PRODUCTION, **PUBLIC, **MAIL})
    assert (settings.smtp_url, settings.mail_from) == ("smtps://u:p@mail.example", "Usher <tickets@example.org>")
    assert (Settings.of(PRODUCTION).smtp_url, Settings.of(PRODUCTION).mail_from) == (None, None)
    assert "u:p" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("USHER_SMTP_URL", "https://mail.example"),
        ("USHER_SMTP_URL", "smtp+plain://user:secret@mail.example"),
        ("USHER_MAIL_FROM", "tickets"),
        ("USHER_MAIL_FROM", "Usher <tickets@example.org>, all@example.org"),
        ("USHER_MAIL_FROM", "tickets@example.org\nBcc: all@example.org"),
    ],
)
def test_what_mail_is_set_up_with_is_looked_at_before_the_start(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name}: ") as refused:
        Settings.of({**PRODUCTION, **PUBLIC, **MAIL, name: value})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("env", "site"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"HOST": "0.0.0.0", "PORT": "8123"}, "http://localhost:8123"),
        ({"HOST": "::1"}, "http://[::1]:8000"),
        ({**PUBLIC, "HOST": "0.0.0.0"}, "https://tickets.example"),
    ],
)
def test_s32_links_lead_to_the_public_address_or_to_where_a_demo_listens(env: dict[str, str], site: str) -> None:
    assert Settings.of(env).site == site
