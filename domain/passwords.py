"""What a password must be."""

from enum import StrEnum

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 128


class PasswordFault(StrEnum):
    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    EASILY_GUESSED = "EASILY_GUESSED"
