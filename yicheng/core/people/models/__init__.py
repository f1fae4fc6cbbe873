"""Who acts: accounts and organisations (``accounts``), and the persons and companies they stand for (``parties``)."""

from yicheng.core.people.models.accounts import (
    Account,
    AccountManager,
    ApiToken,
    Appointment,
    Organisation,
    Role,
    Session,
)
from yicheng.core.people.models.parties import Mandate, Party

__all__ = [
    "Account",
    "AccountManager",
    "ApiToken",
    "Appointment",
    "Mandate",
    "Organisation",
    "Party",
    "Role",
    "Session",
]
