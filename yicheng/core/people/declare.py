"""What a part may declare about rights, and about what it holds of persons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from yicheng.core.kernel.slots import Slot


@dataclass(frozen=True, slots=True)
class Right:
    """Something a person may be allowed to do. Held through roles only; closed by default.

    ``key`` is ``<part>.<verb>_<thing>``. ``roles`` names the role codes that hold it
    unless the city pack's ``roles.csv`` says otherwise. ``residents`` and ``strangers``
    open it to everyone signed in, or to everyone.
    """

    key: str
    title: str | Promise
    roles: tuple[str, ...] = ()
    residents: bool = False
    strangers: bool = False


RIGHTS: Slot[Right] = Slot("people.rights", Right, module="permissions", attribute="RIGHTS")


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What a part holds of persons beside their account.

    ``forget(account_id)`` takes a person who leaves out of the part's rows and answers how many it touched; what
    they reported or asked for stays, without them. ``reseal()`` brings sealed columns under the newest key, in
    transactions of its own. Both may run again.
    """

    key: str
    title: str | Promise
    forget: Callable[[int], int]
    reseal: Callable[[], int] = int


PERSONAL_DATA: Slot[PersonalData] = Slot(
    "people.personal_data", PersonalData, module="personal", attribute="PERSONAL_DATA"
)
