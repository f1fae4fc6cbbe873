"""Seals: a laid-out page sealed by rule and logged, beside the same signature by bare pyHanko without a database.

``python -m bench.seals [--seconds N] [--workers N]``: a database of its own, in ``var/bench-seals``.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import get_context
from typing import Any

from bench.city import fresh_home
from bench.table import Figure, markdown, percentile

PAGE = """
#let data = json(bytes(sys.inputs.data))
#set page(width: 210mm, height: 297mm, margin: 28mm)
#set text(font: "Noto Serif SC", size: 14pt, lang: "zh")
#data.title
#for line in data.lines [#line #parbreak()]
#align(right, link("seal:here", box(width: 42mm, height: 42mm)))
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.seals", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--workers", type=int, default=2, help="processes that seal side by side")
    given = parser.parse_args()
    home = fresh_home("bench-seals")
    os.environ |= {"YICHENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "yicheng.config.settings"}
    _ready()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _lay()
    from django.db import connections

    connections.close_all()
    with ProcessPoolExecutor(given.workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(_warm, range(given.workers)))
        bare = _side_by_side(pool, given.workers, given.seconds, "bare")
        sealed = _side_by_side(pool, given.workers, given.seconds, "sealed")
        checked = _side_by_side(pool, given.workers, given.seconds / 2, "checked")
    print(markdown([*_figures(sealed, bare, given), _rate("PDF checked", checked, given.seconds / 2)]))


def _figures(sealed: list[float], bare: list[float], given: argparse.Namespace) -> list[Figure]:
    said = "laid out, sealed, logged"
    raw = len(bare) / given.seconds
    rate = Figure(
        "sealed PDF",
        len(sealed) / given.seconds,
        "/s",
        "10/s",
        raw,
        "bare pyHanko",
        f"{given.workers} processes",
    )
    p95 = Figure("sealed PDF, p95", percentile(sealed, 0.95) * 1000, "ms", "< 300 ms", note=said)
    return [rate, Figure("sealed PDF, median", percentile(sealed, 0.5) * 1000, "ms", note=said), p95]


def _rate(name: str, samples: list[float], seconds: float) -> Figure:
    return Figure(name, len(samples) / seconds, "/s")


def _side_by_side(pool: ProcessPoolExecutor, workers: int, seconds: float, what: str) -> list[float]:
    parts = pool.map(_timed, [what] * workers, [seconds] * workers)
    return [sample for part in parts for sample in part]


def _timed(what: str, seconds: float) -> list[float]:
    run: Callable[[int], Any] = {"bare": _bare, "sealed": _sealed, "checked": _checked}[what]
    samples: list[float] = []
    until = time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        run(len(samples))
        samples.append(time.perf_counter() - began)
    return samples


def _warm(_worker: int) -> None:
    _ready()
    _sealed(0)
    _bare(0)


def _ready() -> None:
    import django

    django.setup()


def _page(number: int) -> bytes:
    from yicheng.core.credentials.typesetting import typeset

    lines = ["持证人应当遵守法律、法规，接受监督检查。" * 3] * 8
    return typeset(PAGE, {"title": f"许可证 第{number}号", "lines": lines})


def _sealed(number: int) -> bytes:
    from yicheng.core.credentials.public import seal_pdf
    from yicheng.core.people.public import SYSTEM

    subject = f"licence/bench/{number}"
    return seal_pdf(SYSTEM, _page(number), seal="bench", reason="发证", subject=subject)


def _bare(number: int) -> bytes:
    from yicheng.core.credentials.sealing.signing import signed

    key, root, wanted = _opened()
    return signed(_page(number), key, root, wanted=wanted)


@lru_cache(maxsize=1)
def _opened() -> tuple[Any, Any, Any]:
    from yicheng.core.credentials.keys import ring
    from yicheng.core.credentials.models import Seal
    from yicheng.core.credentials.sealing.picture import picture
    from yicheng.core.credentials.sealing.rules import purpose_of, subject_of
    from yicheng.core.credentials.sealing.signing import Wanted

    seal = Seal.objects.select_related("organisation").get(code="bench")
    key = ring.key_for(purpose_of(seal), subject_of(seal))
    return key, ring.root().certificate, Wanted(str(seal), "发证", picture(seal), 42.0)


@lru_cache(maxsize=1)
def _one() -> bytes:
    return _sealed(1)


def _checked(_number: int) -> None:
    from yicheng.core.credentials.public import check_pdf

    assert check_pdf(_one())[0].holds


def _lay() -> None:
    from yicheng.core.credentials.actions.keeping import register_seal
    from yicheng.core.credentials.facts import NewSeal
    from yicheng.core.people.models import Organisation
    from yicheng.core.people.public import SYSTEM

    body = Organisation.objects.create(
        code="bench", name="某市城市管理局", kind="bureau", path="/", division_code="100000"
    )
    register_seal(SYSTEM, NewSeal("bench", body.name, body.pk, rules={"licence": ("process",)}))


if __name__ == "__main__":
    main()
