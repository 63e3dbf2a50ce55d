"""The tables of second factors as SQLModel classes, like those of `db/tables.py`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime
from sqlmodel import Field, SQLModel


class SecondFactorRow(SQLModel, table=True):
    __tablename__ = "second_factor"
    user_id: UUID = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    sealed: bytes
    last_step: int = Field(default=0, sa_type=BigInteger)
    confirmed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class RecoveryCodeRow(SQLModel, table=True):
    __tablename__ = "recovery_code"
    user_id: UUID = Field(primary_key=True, foreign_key="second_factor.user_id", ondelete="CASCADE")
    code_hash: bytes = Field(primary_key=True)
    spent_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
