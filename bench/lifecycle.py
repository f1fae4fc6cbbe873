"""Full lifecycles over HTTP: report to close, every stage one request, by people who really signed in."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.city import HOST
from bench.http import Client

SIGN_IN = "/account/login/"
API = "/api/v1"
ROLES = ("supervisor", "dispatcher", "handler", "collector")
#: task kind → who does it, outcome
STEPS: Mapping[str, tuple[str, str]] = {
    "urban.verify": ("collector", "confirmed"),
    "urban.file": ("supervisor", "file"),
    "urban.dispatch": ("dispatcher", "dispatch"),
    "urban.handle": ("handler", "done"),
    "urban.feed_back": ("dispatcher", "accept"),
    "urban.check": ("collector", "passed"),
    "urban.close": ("supervisor", "close"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """What the reports are about: real classes, points inside the city, the body that handles."""

    classes: Sequence[str]
    points: Sequence[tuple[float, float]]
    body_id: int


@dataclass(slots=True)
class Tally:
    """What one load did."""

    closed: int = 0
    requests: int = 0
    faults: list[str] = field(default_factory=list)
    latencies_s: list[float] = field(default_factory=list)
    took_s: float = 0.0

    @property
    def per_second(self) -> float:
        return self.closed / self.took_s if self.took_s else 0.0


def sign_in_all(port: int, password: str) -> dict[str, dict[str, str]]:
    """Cookies of every role, from the real sign-in page."""
    cookies = {}
    for role in ROLES:
        with Client(HOST, port) as client:
            client.sign_in(SIGN_IN, role, password)
            cookies[role] = dict(client.cookies)
    return cookies


def load(
    port: int, cookies: Mapping[str, dict[str, str]], ground: Ground, *, seconds: float, people: int
) -> Tally:
    """Let ``people`` work side by side for ``seconds``; lifecycles begun in time are finished and counted."""
    tallies = [Tally() for _ in range(people)]
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_work, args=(port, cookies, ground, until, tally, number))
        for number, tally in enumerate(tallies)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _sum(tallies, took_s=time.monotonic() - began)


def _work(
    port: int,
    cookies: Mapping[str, dict[str, str]],
    ground: Ground,
    until: float,
    tally: Tally,
    number: int,
) -> None:
    """One thread's people: the same staff, each with a connection of their own."""
    chance = random.Random(f"{number}/{until}")
    clients = {role: Client(HOST, port, dict(cookies[role])) for role in ROLES}
    try:
        while time.monotonic() < until:
            _lifecycle(clients, ground, chance, tally)
    finally:
        for client in clients.values():
            client.close()


def _lifecycle(clients: Mapping[str, Client], ground: Ground, chance: random.Random, tally: Tally) -> None:
    lon, lat = chance.choice(ground.points)
    report = {"class_code": chance.choice(ground.classes), "words": _words(chance), "lon": lon, "lat": lat}
    moved = _send(clients["supervisor"], f"{API}/urban/reports", report, 201, tally)
    while moved is not None and moved["open_tasks"]:
        task = moved["open_tasks"][0]
        role, outcome = STEPS[task["kind"]]
        body = {
            "outcome": outcome,
            "note": "已到现场，情况属实。",
            "data": _data(task["kind"], report, ground),
        }
        moved = _send(clients[role], f"{API}/tasks/{task['id']}/complete", body, 200, tally)
    tally.closed += moved is not None


def _data(kind: str, report: Mapping[str, Any], ground: Ground) -> dict[str, Any]:
    """What a step's form asks for."""
    if kind == "urban.file":
        return {"class_code": report["class_code"], "severity": 2}
    return {"organisation_id": ground.body_id} if kind == "urban.dispatch" else {}


def _send(client: Client, path: str, body: Mapping[str, Any], wanted: int, tally: Tally) -> Any:
    """The answer's JSON, or None (and a fault noted) when it is not the wanted one."""
    began = time.perf_counter()
    answer = client.post_json(path, body)
    tally.latencies_s.append(time.perf_counter() - began)
    tally.requests += 1
    if answer.status != wanted:
        tally.faults.append(f"{path}: {answer.status} {answer.body[:300]!r}")
        return None
    return answer.json()


def _words(chance: random.Random) -> str:
    what = chance.choice(
        ("路面塌陷", "井盖破损", "垃圾堆积", "路灯不亮", "占道经营", "积水严重", "树枝折断", "广告破损")
    )
    where = chance.choice(("路口东侧", "小区北门", "公交站旁", "学校门口", "人行道上", "桥下", "市场入口"))
    return f"{where}{what}，已有{chance.randrange(2, 30)}天，请尽快处理。"


def _sum(tallies: Sequence[Tally], *, took_s: float) -> Tally:
    whole = Tally(took_s=took_s)
    for tally in tallies:
        whole.closed += tally.closed
        whole.requests += tally.requests
        whole.faults += tally.faults
        whole.latencies_s += tally.latencies_s
    return whole
