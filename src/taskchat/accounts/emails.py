"""E-mail addresses: names people sign in with, and where reminders go for those who ask for it."""

from email_validator import EmailNotValidError, validate_email

from taskchat.domain.errors import Invalid
from taskchat.domain.text import clean

MAX_LENGTH = 254


def normalise_email(text: str) -> str:
    """Trimmed, NFC, lower case; raises Invalid. Two spellings of one address come out the same."""
    address = clean(text).strip()
    try:
        if len(address) > MAX_LENGTH:
            raise EmailNotValidError
        parts = validate_email(
            address,
            check_deliverability=False,
            # Addresses that only a home network or a trial knows are good enough for a name.
            globally_deliverable=False,
            test_environment=True,
        )
    except EmailNotValidError as error:
        message = "This is not an e-mail address; it should look like name@example.com."
        raise Invalid(message, code="email_invalid") from error
    return clean(parts.normalized.lower())
