"""Of all who hold duties around a place, those who answer for it: of each role the nearest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from yicheng.core.places.facts import Responsible


class HeldDuties:
    """Who answers where, as read at one moment."""

    def __init__(self, by_area: Mapping[str, Sequence[Responsible]]) -> None:
        self._by_area = by_area

    def of(self, code: str) -> tuple[Responsible, ...]:
        """``public.duties_of`` for a cell or division that lies in the areas that were read."""
        return most_specific(one for area in {*areas_of(code), code} for one in self._by_area.get(area, ()))


def areas_of(code: str) -> list[str]:
    """The divisions that a cell or division lies in."""
    return [code[:length] for length in (6, 9, 12) if len(code) >= length]


def most_specific(duties: Iterable[Responsible]) -> tuple[Responsible, ...]:
    """Of each role those of the smallest area, by role."""
    held = list(duties)
    deepest: dict[str, int] = {}
    for one in held:
        deepest[one.role_code] = max(deepest.get(one.role_code, 0), len(one.area_code))
    kept = (one for one in held if len(one.area_code) == deepest[one.role_code])
    return tuple(sorted(kept, key=lambda one: (one.role_code, one.organisation_id, one.account_id or 0)))
