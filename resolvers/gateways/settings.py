"""What the environment decides, read once by `main.py`."""

import json
from collections.abc import Mapping
from datetime import timedelta
from email.utils import formataddr
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from email_validator import validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from resolvers.gateways.mails.smtp import SmtpServer
from resolvers.gateways.secrets import Secrets, demo_secrets, required_secrets

Origin = Annotated[str, Field(pattern=r"^https?://[^/\s]+$")]
AllowedOrigin = Annotated[str, Field(pattern=r"^(\*|https?://[^/\s]+)$")]
Proxy = Annotated[str, AfterValidator(lambda text: str(ip_network(text)))]
# The dearest operation has to fit into a bucket, which is filled in 20 seconds; 0 is no limit.
CostPerSecond = Annotated[int, Field(ge=0), AfterValidator(lambda cost: _at_least(cost, 250))]
# What a demo may do besides; production says so itself.
IN_A_DEMO = {"USHER_ALLOWED_ORIGINS": "*", "USHER_EXPLORER": "on", "USHER_INTROSPECTION": "on", "USHER_SANDBOX": "on"}

# There everybody is at one address.
IN_A_DEMO |= {"USHER_COST_PER_SECOND": "1000000", "USHER_COST_PER_ADDRESS": "1000000"}


class BadSetting(Exception):
    """`str()` is one line that names the variable."""


def _parted(text: object) -> object:
    return tuple(part for each in text.split(",") if (part := each.strip())) if isinstance(text, str) else text


def _at_least(cost: int, least: int) -> int:
    if 0 < cost < least:
        raise ValueError(f"either 0 or at least {least}")
    return cost


def _smtp(url: str) -> str:
    SmtpServer.of(url)
    return url


def _sender(text: str) -> str:
    read = validate_email(text, allow_display_name=True, check_deliverability=False)
    return formataddr((read.display_name or "", read.normalized))


Parted = BeforeValidator(_parted)


class Settings(BaseModel):
    """`database_url` None: a Postgres of our own in `data_dir`. Fields have the names of their variables as aliases."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, hide_input_in_errors=True)

    host: str = Field("127.0.0.1", alias="HOST")
    port: int = Field(8000, alias="PORT", ge=0, le=65_535)
    data_dir: Annotated[Path, AfterValidator(Path.absolute)] = Field(Path(".usher").absolute(), alias="USHER_DATA_DIR")
    database_url: str | None = Field(None, alias="DATABASE_URL", repr=False, pattern=r"^postgres(ql)?(\+asyncpg)?://")
    redis_url: str = Field("memory://", alias="REDIS_URL", pattern=r"^(memory|unix|rediss?(\+cluster)?)://", repr=False)
    hold_seconds: int = Field(900, alias="USHER_HOLD_SECONDS", ge=1, le=86_400)
    mode: Literal["demo", "production"] = Field("demo", alias="USHER_MODE")
    access_token_key: str | None = Field(None, alias="USHER_ACCESS_TOKEN_KEY", repr=False)
    ticket_key: str | None = Field(None, alias="USHER_TICKET_KEY", repr=False)
    webhook_secret: str | None = Field(None, alias="USHER_WEBHOOK_SECRET", repr=False)
    public_url: Origin | None = Field(None, alias="USHER_PUBLIC_URL")
    smtp_url: Annotated[str, AfterValidator(_smtp)] | None = Field(None, alias="USHER_SMTP_URL", repr=False)
    mail_from: Annotated[str, AfterValidator(_sender)] | None = Field(None, alias="USHER_MAIL_FROM")
    verified_buyers: Literal["on", "off"] = Field("off", alias="USHER_VERIFIED_BUYERS")
    issuer: str | None = Field(None, alias="USHER_ISSUER", max_length=200)
    second_factor: Literal["optional", "staff"] = Field("optional", alias="USHER_SECOND_FACTOR")
    allowed_origins: Annotated[tuple[AllowedOrigin, ...], Parted] = Field((), alias="USHER_ALLOWED_ORIGINS")
    trusted_proxies: Annotated[tuple[Proxy, ...], Parted] = Field((), alias="USHER_TRUSTED_PROXIES")
    explorer: Literal["on", "off"] = Field("off", alias="USHER_EXPLORER")
    introspection: Literal["on", "staff", "off"] = Field("staff", alias="USHER_INTROSPECTION")
    documents: Literal["any", "trusted"] = Field("any", alias="USHER_DOCUMENTS")
    access_log: Literal["on", "off"] = Field("off", alias="USHER_ACCESS_LOG")
    trusted_documents: Annotated[tuple[Path, ...], Parted] = Field((), alias="USHER_TRUSTED_DOCUMENTS")
    sandbox: Literal["on", "off"] = Field("off", alias="USHER_SANDBOX")
    metrics_port: int | None = Field(None, alias="USHER_METRICS_PORT", ge=0, le=65_535)
    verify_minutes: int = Field(60, alias="USHER_VERIFY_MINUTES", ge=0, le=10_080)
    messages_per_second: float = Field(10, alias="USHER_MESSAGES_PER_SECOND", gt=0, le=1_000)
    sockets_per_user: int = Field(20, alias="USHER_SOCKETS_PER_USER", ge=1)
    sockets_per_address: int = Field(200, alias="USHER_SOCKETS_PER_ADDRESS", ge=1)
    subscriptions: int = Field(20_000, alias="USHER_SUBSCRIPTIONS", ge=1)
    cost_per_second: CostPerSecond = Field(1_000, alias="USHER_COST_PER_SECOND")
    cost_per_address: CostPerSecond = Field(10_000, alias="USHER_COST_PER_ADDRESS")

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Self:
        """Raises `BadSetting`. An empty variable counts as unset."""
        given = {name: value for name, value in env.items() if value}
        if "DATABASE_URL" in given:
            given.setdefault("USHER_MODE", "production")
        if given.get("USHER_MODE", "demo") == "demo":
            given = {**IN_A_DEMO, **given}
        try:
            settings = cls.model_validate(given, by_alias=True, by_name=False)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise BadSetting(f"{first['loc'][0]}: {first['msg']}.") from None
        settings._whole_mail()
        return settings

    @property
    def has_explorer(self) -> bool:
        """Not where only listed documents may be sent: people write their own there."""
        return self.explorer == "on" and self.documents == "any"

    @property
    def https(self) -> bool:
        """Production has TLS in front of it."""
        return self.mode == "production" or (self.public_url or "").startswith("https://")

    @property
    def token_issuer(self) -> str:
        """Who signs access tokens, as they say it."""
        return self.issuer or self.public_url or "usher"

    @property
    def site(self) -> str:
        """Where links in mails lead; never what a request says of itself."""
        name = "localhost" if self.host in ("0.0.0.0", "::") else f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{name}:{self.port}"

    def _whole_mail(self) -> None:
        """Raises `BadSetting` for one without the others: mails that come from nobody, or lead to nowhere."""
        wanted = [("USHER_SMTP_URL", self.smtp_url), ("USHER_MAIL_FROM", self.mail_from)]
        if self.mode == "production":
            wanted.append(("USHER_PUBLIC_URL", self.public_url))
        if self.smtp_url is not None or self.mail_from is not None:
            for name, value in wanted:
                if value is None:
                    raise BadSetting(f"{name}: is missing, without which no mail can be sent.")

    @property
    def site_origin(self) -> str | None:
        """Whose passkeys there are: a demo's browsers are on its own machine."""
        return self.public_url or (f"http://localhost:{self.port}" if self.mode == "demo" else None)

    @property
    def hold(self) -> timedelta:
        return timedelta(seconds=self.hold_seconds)

    def secrets(self) -> Secrets:
        """Raises `BadSecret`, `BadSetting`. A demo makes up those it is not given, once, and keeps them in `data_dir`."""
        given = self.model_dump(by_alias=True, include={"access_token_key", "ticket_key", "webhook_secret"}, exclude_none=True)
        if self.mode == "production":
            return required_secrets(given)
        try:
            return demo_secrets(given, self.data_dir)
        except OSError as error:
            raise BadSetting(f"USHER_DATA_DIR: cannot keep anything in {self.data_dir}: {error.strerror}.") from error
        except json.JSONDecodeError as error:
            raise BadSetting(
                f"USHER_DATA_DIR: {self.data_dir / 'secrets.json'} is damaged; delete it to get new secrets."
            ) from error
