"""No page has a serious fault for people who see, hear, point or read otherwise: axe on every page there is.

Every declared page without path arguments, and those with an example, in both languages, on a desktop and a
phone of 360 pixels; nothing may be wider than the screen, and the browser may not complain about the policy.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import NoReverseMatch, reverse

from yicheng.core.web.declare import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SERIOUS = ("serious", "critical")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LOOKS = [("zh-hans", 1280, False), ("zh-hans", 360, True), ("en", 360, False), ("en", 1280, True)]
ALWAYS = {
    "": ["/nowhere/", "/account/login/", "/account/signup/", "/account/password/reset/"],
    "resident": ["/account/profile/", "/account/security/", "/desk/"],
    "clerk": ["/account/security/"],
}


def addresses(face: str) -> Iterator[str]:
    """The pages of a face that can be opened by their address alone, or by their example."""
    for page in PAGES:
        if page.face != face:
            continue
        try:
            yield reverse(page.key, kwargs=dict(page.example()) if page.example else None)
        except NoReverseMatch:
            continue


def pages_for(who: str, town) -> list[str]:
    if who != "clerk":
        return [*addresses("portal"), *ALWAYS[who]]
    case, task = town.cases[0], town.tasks[0]
    deeds = [reverse("desk.do", args=[case, key]) for key in ("pause", "extend", "merge", "cancel")]
    steps = [
        reverse("desk.do_task", args=[case, task, key])
        for key in ("assign", "transfer", "split", "send-back")
    ]
    return [*addresses("desk"), *ALWAYS[who], reverse("desk.case", args=[case]), *deeds, *steps]


@pytest.mark.parametrize(("language", "width", "dark"), LOOKS)
@pytest.mark.parametrize("who", ["", "resident", "clerk"])
def test_no_serious_fault_on_any_page(look, town, who, language, width, dark):
    axe, faults = Axe(), []
    page = look("/healthz", who=who, language=language, width=width, dark=dark)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    for path in dict.fromkeys(pages_for(who, town)):
        answer = page.request.get(town.address + path)
        if answer.status >= 500:
            faults.append(f"{path}: answers {answer.status}")
        if answer.status >= 500 or "<html" not in answer.text():
            continue
        page.goto(town.address + path)
        page.wait_for_load_state("networkidle")
        faults += [f"{path}: {fault}" for fault in found_by(axe, page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults.append(f"{path}: {wide} px wide on a screen of {width}")
        faults += [
            f"{path}: {text}" for text in complaints if "Content Security Policy" in text or "script:" in text
        ]
        complaints.clear()
    assert not faults, "\n".join(faults)


def found_by(axe: Axe, page) -> Iterator[str]:
    """Serious findings, with the first place each was found at."""
    for violation in axe.run(page, options={**RULES, "resultTypes": ["violations"]}).response["violations"]:
        if violation["impact"] in SERIOUS:
            node = violation["nodes"][0]
            yield f"{violation['id']}: {violation['help']} at {node['target']} {node['html'][:160]}"
