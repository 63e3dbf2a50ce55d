"""Email addresses as people type them, and as they are kept."""

from email_validator import EmailNotValidError, validate_email

from domain.accounts import LONGEST_EMAIL
from domain.errors import InvalidInput


def address(text: str, *path: str) -> str:
    """Its domain in small letters, all else as it was given. Raises `InvalidInput`, also for what no mail can reach."""
    if len(text) > LONGEST_EMAIL:
        raise InvalidInput(path, f"An email address has at most {LONGEST_EMAIL} characters.")
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InvalidInput(path, "This is not an email address that mail can be sent to.") from error
