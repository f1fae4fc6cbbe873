"""Pages of services, asked by strangers: ``python -m bench.services --seconds 5``; with the whole pack of the city.

The raw limit is the smallest answer that the same server gives in the same run: a page cannot be faster than that.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from bench.city import HOST, PROJECT, fresh_home, running
from bench.http import Client
from bench.table import Figure, markdown, percentile

ITEM = "/services/item/open-restaurant/"
PAGES: tuple[tuple[str, Sequence[str]], ...] = (
    ("portal home", ["/"]),
    ("network of services", ["/services/", "/services/?for=company"]),
    ("item page", [ITEM, "/services/item/road-occupation/", "/services/item/old-age-allowance/"]),
    ("list by theme", ["/services/list/?theme=food", "/services/list/?level=county"]),
    (
        "search in everyday words",
        [f"/services/list/?q={quote(word)}" for word in ("我想开个小饭馆", "公司换地址")],
    ),
)


def main() -> None:
    """Print the table."""
    given = _arguments()
    home = fresh_home("bench-services")
    with running(home) as city:
        load = [sys.executable, "-m", "yicheng", "city", "load", str(PROJECT / "cities" / "zhengzhou")]
        subprocess.run(
            load, check=True, env={**os.environ, "YICHENG_HOME": str(home)}, stdout=subprocess.DEVNULL
        )
        print(markdown(list(_figures(city.port, seconds=given.seconds, clients=given.clients))))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--clients", type=int, default=8)
    return parser.parse_args()


def _figures(port: int, *, seconds: float, clients: int) -> Iterator[Figure]:
    bare, _late = _asked(port, ["/healthz"], seconds=seconds, clients=clients)
    for name, paths in PAGES:
        _asked(port, paths, seconds=0.5, clients=clients)
        rate, p95_ms = _asked(port, paths, seconds=seconds, clients=clients)
        wanted = "at least 500/s" if name in ("portal home", "item page") else ""
        yield Figure(name, rate, "pages/s", wanted, bare, "the server's health answer")
        yield Figure(f"{name}, p95", p95_ms, "ms", wanted and "under 50 ms")


def _asked(port: int, paths: Sequence[str], *, seconds: float, clients: int) -> tuple[float, float]:
    """Pages a second and the 95th percentile in milliseconds, of so many browsers at once."""
    taken: list[list[float]] = [[] for _client in range(clients)]
    until = time.perf_counter() + seconds
    threads = [threading.Thread(target=_browse, args=(port, paths, until, one)) for one in taken]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    samples = [one for each in taken for one in each]
    return len(samples) / (time.perf_counter() - begun), percentile(samples, 0.95) * 1000


def _browse(port: int, paths: Sequence[str], until: float, taken: list[float]) -> None:
    with Client(HOST, port) as client:
        while time.perf_counter() < until:
            for path in paths:
                begun = time.perf_counter()
                answer = client.get(path)
                if answer.status != 200:
                    raise RuntimeError(f"{path} answered {answer.status}")
                taken.append(time.perf_counter() - begun)


if __name__ == "__main__":
    main()
