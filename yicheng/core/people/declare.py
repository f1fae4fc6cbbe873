"""What a part may declare about rights."""

from __future__ import annotations

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
