"""A living city for demonstrations, screenshots and tests: ``build(scale)``.

Made by the same actions as people's, at their own moments of the last ninety days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.contrib.auth import get_user_model
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.demo.cast import PASSWORD, SignIn, cast, known_sign_ins
from yicheng.apps.urban.demo.furniture import furnish, patrol
from yicheng.apps.urban.demo.ground import ground
from yicheng.apps.urban.demo.photos import VARIANTS
from yicheng.apps.urban.demo.plan import DAYS, Plan, plans
from yicheng.apps.urban.demo.play import Stage, life
from yicheng.apps.urban.demo.shards import Progress, play, processors
from yicheng.apps.urban.models import UrbanCase
from yicheng.core.kernel import clock
from yicheng.core.kernel import declare as kernel
from yicheng.core.web.public import city

SCALES = {"tiny": 40, "small": 400, "full": 3000}
SEED = 20261123
#: fewer cases than this are not worth a second process
ENOUGH_TO_SHARE = 300


@dataclass(frozen=True, slots=True)
class Built:
    """What a demonstration holds: the number of cases made and the sign-ins to tell."""

    cases: int
    sign_ins: Sequence[SignIn]
    password: str = PASSWORD


def build(
    scale: str | int = "full",
    *,
    pack: Path | None = None,
    language: str = "zh-hans",
    progress: Progress | None = None,
) -> Built:
    """Fill an empty platform, whose city pack is loaded, with a living city; a filled one is left as it is.

    ``scale``: "tiny" (40 cases), "small", "full" or a number. ``pack``: the pack's folder, else found among
    ``cities/``. ``progress`` is told (begun, of all) now and then.
    """
    if UrbanCase.objects.exists():
        return Built(0, ())
    until = clock.now()
    begin = until - timedelta(days=DAYS + 1)
    count = SCALES[scale] if isinstance(scale, str) else scale
    with translation.override(language), clock.at(begin):
        here = ground(pack)
        people = cast(here.names, seed=SEED, city=city().code)
        furnish(here, cases=count, seed=SEED)
        planned = plans(here, count=count, until=until, seed=SEED, variants=VARIANTS)
        shares = _shared(planned, processes=processors() if count >= ENOUGH_TO_SHARE else 1)
        stages = [Stage(people) for _share in shares]
        lives = [[life(stage, plan) for plan in share] for stage, share in zip(stages, shares, strict=True)]
        play(lives, begin=begin, until=until, progress=progress)
        patrol(people, until=until, seed=SEED)
    return Built(len(planned), people.sign_ins)


def _shared(planned: Iterable[Plan], *, processes: int) -> list[list[Plan]]:
    """Cases of one picture stay together, the shares about equal: so each picture is drawn once."""
    by_scene: dict[str, list[Plan]] = {}
    for plan in planned:
        by_scene.setdefault(plan.row.scene, []).append(plan)
    shares: list[list[Plan]] = [[] for _ in range(processes)]
    for scene in sorted(by_scene, key=lambda name: (-len(by_scene[name]), name)):
        min(shares, key=len).extend(by_scene[scene])
    return [share for share in shares if share] or [[]]


def _is_built() -> bool:
    return UrbanCase.objects.exists()


def _build(scale: float, say: Callable[[str], None]) -> None:
    """For ``yicheng demo``: scale 1 is the full city; every tenth is told."""
    told = -1

    def progress(begun: int, total: int) -> None:
        nonlocal told
        tenth = begun * 10 // max(total, 1)
        if tenth > told:
            told = tenth
            say(f"{begun} of {total} cases")

    build(max(1, round(SCALES["full"] * scale)), progress=progress)


def _sign_ins() -> list[kernel.SignIn]:
    known = {told.username: told.who for told in known_sign_ins()}
    there = get_user_model().objects.filter(username__in=known).values_list("username", flat=True)
    return [kernel.SignIn(who, name, PASSWORD) for name, who in known.items() if name in set(there)]


DEMONSTRATIONS = (kernel.Demonstration("urban", _("Urban management"), _build, _is_built, _sign_ins),)
