"""``python -m bench --scale N``: every benchmark, the city's with up to N stored cases; prints one table.

``--only`` names some: ``city`` or a module of this folder. Those have a platform of their own, one after the other.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bench.city import PROJECT, fresh_home, resident_mb, running
from bench.table import Figure, markdown, row

#: benchmarks with a platform of their own → what they are asked at a scale
OTHERS: Mapping[str, Callable[[int], Sequence[str]]] = {
    "sharing": lambda scale: ("--receipts", str(min(50 * scale, 1_000_000))),
    "following": lambda scale: ("--seconds", str(min(max(scale // 1_000, 5), 20))),
    "alerts": lambda scale: ("--seconds", str(min(max(scale // 1_000, 5), 30))),
    "sensing": lambda scale: (
        "--devices",
        str(min(scale * 5, 50_000)),
        "--batches",
        str(min(scale // 100, 200)),
    ),
    "mqtt": lambda scale: ("--messages", str(min(scale * 2, 40_000))),
}
NAMED = {"small": 20_000, "medium": 100_000, "large": 1_000_000}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--scale", default="small", help="stored cases: a number, or small, medium, large")
    parser.add_argument("--seconds", type=float, default=20, help="how long each load lasts")
    parser.add_argument("--people", type=int, default=8, help="connections that work side by side")
    parser.add_argument("--burst", type=float, default=60, help="seconds of three times that load; 0: none")
    parser.add_argument("--pack", type=Path, default=PROJECT / "cities" / "zhengzhou")
    parser.add_argument("--only", nargs="+", choices=("city", *OTHERS), default=("city", *OTHERS))
    given = parser.parse_args()
    scale = NAMED.get(given.scale) or int(given.scale)
    home = fresh_home()
    rows = [line for name in given.only if name != "city" for line in other(name, scale)]
    if "city" in given.only:
        rows[:0] = [row(figure) for figure in told(_city(home, given, scale))]
    table = "\n".join([markdown(()), *rows])
    print(f"\n{_machine()}\n\n{table}")
    (home / "figures.md").write_text(f"{_machine()}\n\n{table}\n")


def other(name: str, scale: int) -> list[str]:
    """The rows of a benchmark that has a process and a platform of its own."""
    command = [sys.executable, "-m", f"bench.{name}", *OTHERS[name](scale)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=PROJECT)
    rows = [
        line
        for line in done.stdout.splitlines()
        if line.startswith("| ") and "raw limit, same run" not in line
    ]
    print(*rows, sep="\n", file=sys.stderr, flush=True)
    return list(dict.fromkeys(rows))


def _city(home: Path, given: argparse.Namespace, scale: int) -> Iterator[Figure]:
    os.environ |= {"YICHENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "yicheng.config.settings"}
    import django

    django.setup()
    yield from measure(home, given, scale)


def told(figures: Iterable[Figure]) -> Iterator[Figure]:
    """The figures, each printed as soon as it is known: a long run shows where it is, a broken one what it had."""
    for figure in figures:
        print(f"{time.strftime('%H:%M:%S')} {row(figure)}", file=sys.stderr, flush=True)
        yield figure


def measure(home: Path, given: argparse.Namespace, scale: int) -> Iterator[Figure]:
    """All figures, in the order of the table, as they are found."""
    from bench import data, ground, lifecycle, load
    from bench.bulk import bulk_load
    from bench.data_load import validated_load
    from bench.places import point_to_people

    laid = ground.lay(given.pack)
    yield point_to_people(laid.ground.points)
    yield data.search(20_000)
    yield from data.exports(min(10 * scale, 1_000_000))
    with running(home) as city:
        cookies = lifecycle.sign_in_all(city.port, ground.PASSWORD)
        asked = load.Asked(city.port, cookies, laid.ground, given.seconds, given.people)
        yield from load.at(asked, stored=0)
        stored = 0
        for step in [step for step in (100_000, 1_000_000) if step < scale] + [scale]:
            cases = ground.rows(laid, step - stored, seed=str(step))
            yield bulk_load(cases, wanted="half of bare COPY")
            stored = step
            ground.spread()
            load.settle()
            yield from load.at(asked, stored=stored)
        yield validated_load(scale)
        yield from reads(city.port, cookies, stored)
        if given.burst:
            yield from load.burst(asked, seconds=given.burst)
        for name, size in sorted(resident_mb(city.pid).items()):
            yield Figure(f"memory: {name}", size, "MB")


def reads(port: int, cookies: dict[str, dict[str, str]], stored: int) -> Iterator[Figure]:
    """Pages of staff at this many stored cases."""
    from bench.reads import read, search_path

    box = "west=113.55&south=34.65&east=113.85&north=34.85&zoom=11"
    near = "west=113.64&south=34.74&east=113.67&north=34.76&zoom=15"
    asked = (
        ("work list of a department", "handler", ["/desk/work/", "/desk/work/?desk=unclaimed"]),
        ("work list of the supervision centre", "supervisor", ["/desk/work/", "/desk/work/?due=late"]),
        (
            "search of two Chinese words",
            "supervisor",
            [search_path("路面塌陷 医院"), search_path("护栏缺失 桥下")],
        ),
        ("map's viewport, city", "supervisor", [f"/map/layers/map.cases/?{box}"]),
        ("map's viewport, street", "supervisor", [f"/map/layers/map.cases/?{near}"]),
    )
    decided = (
        ("decision page, a year", "supervisor", ["/desk/urban/decision/?days=365"]),
        ("repeat spots, a season", "supervisor", ["/desk/urban/decision/spots/?days=90"]),
        ("forecast by class", "supervisor", ["/desk/urban/decision/forecast/"]),
    )
    for pages, wanted in ((asked, "under 50 ms"), (decided, "under a second")):
        for name, who, paths in pages:
            yield read(
                port, cookies[who], username=who, name=f"{name} at {stored:,}", paths=paths, wanted=wanted
            )


def _machine() -> str:
    memory = next(
        line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal")
    )
    gib = int(memory.split()[1]) / 1024 / 1024
    return f"{os.cpu_count()} processors, {gib:.0f} GiB, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
