"""The tables of second factors and passkeys as SQLModel classes, like those of `db/tables.py`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from db.columns import instant, text


class SecondFactorRow(SQLModel, table=True):
    __tablename__ = "second_factor"
    user_id: UUID = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    sealed: bytes
    last_step: int = Field(default=0, sa_type=BigInteger)
    confirmed_at: datetime | None = instant(default=None)


class RecoveryCodeRow(SQLModel, table=True):
    __tablename__ = "recovery_code"
    user_id: UUID = Field(primary_key=True, foreign_key="second_factor.user_id", ondelete="CASCADE")
    code_hash: bytes = Field(primary_key=True)
    spent_at: datetime | None = instant(default=None)


class PasskeyRow(SQLModel, table=True):
    __tablename__ = "passkey"
    id: UUID = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE")
    credential_id: bytes
    public_key: bytes
    sign_count: int = Field(sa_type=BigInteger)
    name: str = text()
    added_at: datetime = instant()
    used_at: datetime | None = instant(default=None)
    last_challenge: int = Field(default=0, sa_type=BigInteger)
