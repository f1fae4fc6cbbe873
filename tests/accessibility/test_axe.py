"""No page has a serious fault for people who see, hear, point or read otherwise: axe on every page there is.

Every declared page without path arguments, and those with an example, in both languages, on a desktop and a
phone of 360 pixels; nothing may be wider than the screen, and the browser may not complain about the policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Error, Page

from yicheng.core.web.declare import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SERIOUS = ("serious", "critical")
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
#: what depends on colours and sizes alone
OF_LOOKS = {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]}
#: (width, dark) in which a page is looked at, in each language: all rules in the first
LOOKS = {"zh-hans": [(1280, False), (360, True)], "en": [(360, False), (1280, True)]}
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


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("who", ["", "resident", "clerk"])
def test_no_serious_fault_on_any_page(look, town, who, language):
    faults: list[str] = []
    page = look("/healthz", who=who, language=language)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    refusals: set[int] = set()
    for path in dict.fromkeys(pages_for(who, town)):
        try:
            answer = page.goto(town.address + path)
        except Error as refused:  # a file: the browser would save it
            if "Download" in str(refused):
                continue
            raise
        if answer.status >= 500:
            faults.append(f"{path}: answers {answer.status}")
        elif answer.status not in refusals and "<html" in answer.text():
            faults += [f"{path}: {fault}" for fault in found_in(page, LOOKS[language])]
        if answer.status >= 400:
            refusals.add(answer.status)  # all refusals of a kind look the same
        faults += [
            f"{path}: {text}" for text in complaints if "Content Security Policy" in text or "script:" in text
        ]
        complaints.clear()
    assert not faults, "\n".join(faults)


def found_in(page: Page, looks: list[tuple[int, bool]]) -> Iterator[str]:
    """The faults of the page that is open, in each look."""
    page.evaluate(AXE_SCRIPT)
    for rules, (width, dark) in zip((RULES, OF_LOOKS), looks, strict=True):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        page.evaluate("new Promise(done => requestIdleCallback(done, {timeout: 500}))")
        yield from found_by(page, rules)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{wide} px wide on a screen of {width}"


def found_by(page: Page, rules: Mapping[str, object]) -> Iterator[str]:
    """Serious findings, with the first place each was found at."""
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    for violation in page.evaluate("options => axe.run(options).then(found => found.violations)", options):
        if violation["impact"] in SERIOUS:
            node = violation["nodes"][0]
            yield f"{violation['id']}: {violation['help']} at {node['target']} {node['html'][:160]}"
