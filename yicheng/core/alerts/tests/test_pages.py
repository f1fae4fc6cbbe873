"""The desk's pages about alerts and the portal's about warnings: what they show, to whom, in how many queries."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree.ElementTree import fromstring

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yicheng.core.alerts.cap.writing import MEDIA_TYPE
from yicheng.core.alerts.models import Alert, PublicWarning, Rule
from yicheng.core.alerts.public import shelve
from yicheng.core.alerts.tests.conftest import MINUTE, T0, Shelf, Town, staff
from yicheng.core.alerts.tests.test_cap import NATIONAL
from yicheng.core.kernel import clock
from yicheng.core.people.models import Account
from yicheng.core.people.public import Viewer


def browser(viewer: Viewer | None = None) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.cookies["django_language"] = "en"
    if viewer is not None:
        client.force_login(Account.objects.get(pk=viewer.account_id or 0))
    return client


def text_at(client: Client, name: str, *arguments: object, query: str = "") -> str:
    reply = client.get(reverse(name, args=arguments) + query)
    assert reply.status_code == 200, reply.status_code
    return reply.content.decode()


def test_the_list_shows_what_stands_with_counts(town: Town, shelf: Shelf) -> None:
    with clock.at(T0 + MINUTE):
        shelf.says((0, 65.0))
    page = text_at(browser(town.officer), "desk.alerts")
    assert "Too damp" in page
    assert "Shelf 1" in page
    assert "level--orange" in page
    assert "Too damp" not in text_at(browser(town.parkman), "desk.alerts")
    assert "Too damp" in text_at(browser(town.officer), "desk.home")
    shelve(town.officer, Alert.objects.get().pk, until=clock.now() + timedelta(hours=1), reason="Works")
    assert "Too damp" not in text_at(browser(town.officer), "desk.alerts")
    assert "Too damp" in text_at(browser(town.officer), "desk.alerts", query="?shown=shelved")


def test_the_number_of_queries_is_fixed(town: Town) -> None:
    counts = []
    client = browser(town.officer)
    for size in (2, 8):
        for number in range(size):
            Shelf(size * 10 + number, town.museum).says((0, 65.0))
        text_at(client, "desk.alerts")
        with CaptureQueriesContext(connection) as queries:
            text_at(client, "desk.alerts")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16
    with CaptureQueriesContext(connection) as queries:
        text_at(client, "desk.alert_counts")
    assert sum("COUNT" in one["sql"] and "alerts_alert" in one["sql"] for one in queries) == 1


def test_an_open_list_hears_that_its_rows_have_changed(town: Town, shelf: Shelf) -> None:
    client = browser(town.officer)
    shelf.says((0, 65.0))
    shown = client.get(reverse("desk.alert_counts"), {"seen": ""})
    seen = re.search(r"seen=([^\"]*)", shown.content.decode())
    assert shown.headers["HX-Trigger"] == "alerts-changed"
    assert seen is not None
    again = client.get(reverse("desk.alert_counts") + f"?seen={seen[1]}")
    assert "HX-Trigger" not in again.headers


def test_one_alert_with_its_readings_and_deeds(town: Town, shelf: Shelf) -> None:
    shelf.says((0, 50.0), (1, 65.0))
    alert = Alert.objects.get(rule__key="trial.damp")
    client = browser(town.officer)
    page = text_at(client, "desk.alert", alert.pk)
    for words in (
        "Shelf 1: 65.0 %, above 60.",
        "Look at the humidifier.",
        'data-chart="around"',
        "Raised",
        "It was a false alarm",
    ):
        assert words in page, words
    assert (
        client.post(reverse("desk.alert_do", args=[alert.pk, "acknowledge"]), {"note": "Going"}).status_code
        == 302
    )
    assert (
        client.post(reverse("desk.alert_do", args=[alert.pk, "false"]), {"note": "Steam"}).status_code == 302
    )
    alert.refresh_from_db()
    assert (alert.state, alert.is_false) == ("acked", True)
    assert "Going" in text_at(client, "desk.alert", alert.pk)
    refused = client.post(
        reverse("desk.alert_do", args=[alert.pk, "shelve"]), {"until": "2020-01-01T00:00", "reason": "x"}
    )
    assert refused.status_code == 422
    assert client.post(reverse("desk.alert_do", args=[alert.pk, "acknowledge"])).status_code == 409
    assert browser(town.parkman).get(reverse("desk.alert", args=[alert.pk])).status_code == 404
    assert browser(town.leader).post(reverse("desk.alert_do", args=[alert.pk, "false"])).status_code == 409


def test_several_are_answered_at_once(town: Town) -> None:
    for number in (1, 2):
        Shelf(number, town.museum).says((0, 65.0))
    ids = list(Alert.objects.values_list("pk", flat=True))
    browser(town.officer).post(reverse("desk.alerts"), {"action": "acknowledge", "row": ids})
    assert set(Alert.objects.values_list("state", flat=True)) == {"acked"}


RULE = {"title": "Too warm", "severity": "3", "kind": "threshold", "property": "temperature", "above": "25",
        "text": "%(subject)s: %(value)s", "since": "2026-11-23", "until": "2026-11-24"}  # fmt: skip


def test_a_rule_is_written_tried_and_put_into_force(town: Town, shelf: Shelf) -> None:
    shelf.says((0, 20.0), (10, 26.0), of="temperature")
    client = browser(town.engineer)
    assert "Keep the draft" in text_at(client, "desk.alert_rule_new")
    tried = client.post(reverse("desk.alert_rule_new"), RULE | {"try": "1"})
    assert "1 alert in 2 readings of 1 series." in tried.content.decode()
    assert not Rule.objects.filter(origin="staff").exists()
    assert client.post(reverse("desk.alert_rule_new"), RULE | {"above": ""}).status_code == 422
    client.post(reverse("desk.alert_rule_new"), RULE)
    row = Rule.objects.get(origin="staff")
    page = text_at(client, "desk.alert_rule", row.pk, query="?since=2026-11-23&until=2026-11-24")
    assert "Temperature above 25" in page
    assert "1 alert in 2 readings of 1 series." in page
    assert "Too warm" in text_at(client, "desk.alert_rule_edit", row.pk)
    client.post(reverse("desk.alert_rule_do", args=[row.pk, "publish"]))
    row.refresh_from_db()
    assert row.status == "live"
    assert "Too warm" in text_at(client, "desk.alert_rules", query="?origin=staff")
    assert browser(town.officer).get(reverse("desk.alert_rule_new")).status_code == 403
    assert "Too warm" in text_at(client, "desk.alert_rule_new", query=f"?copy={row.pk}")


def test_figures_count_false_alarms_and_times(town: Town, shelf: Shelf) -> None:
    now = clock.now()
    with clock.at(now):
        from yicheng.core.alerts.declare import Described
        from yicheng.core.alerts.public import acknowledge, judge, raise_alert
        from yicheng.core.people.public import SYSTEM

        about = Described("It", organisation_id=town.museum.pk)
        ids = [
            raise_alert(SYSTEM, "trial.damp", f"x/{n}", about=about, at=now - 10 * MINUTE) for n in range(4)
        ]
        for number, alert_id in enumerate(ids[:2]):
            acknowledge(town.officer, alert_id)
            judge(town.officer, alert_id, is_false=number == 0)
    page = text_at(browser(town.officer), "desk.alert_figures")
    assert "1 (50 %)" in page
    assert "10 minutes" in page


# ── warnings ────────────────────────────────────────────────────────────────


@pytest.fixture
def editor(town: Town) -> Viewer:
    return staff("editor", town.museum, "alerts.publish_warning", "alerts.see_alerts", everywhere=True)


WARNING = {
    "event_type": "11B06",
    "severity": "3",
    "description": "Gusts.",
    "urgency": "Expected",
    "certainty": "Likely",
}


def test_a_warning_goes_from_the_desk_to_the_public_page_and_feed(editor: Viewer) -> None:
    client, stranger = browser(editor), browser()
    assert "No warning is in force" in text_at(stranger, "portal.warnings")
    client.post(reverse("desk.warning_new"), WARNING)
    row = PublicWarning.objects.get()
    for name in ("portal.warnings", "portal.home"):
        page = text_at(stranger, name)
        assert row.headline in page
        assert "warning--yellow" in page
    assert "in force" in text_at(stranger, "portal.warning", row.identifier)
    feed = stranger.get(reverse("portal.warnings_feed"))
    root = fromstring(feed.content)
    atom = "{http://www.w3.org/2005/Atom}"
    entry = root.find(f"{atom}entry")
    assert entry is not None
    link = next(one for one in entry.iter(f"{atom}link") if one.get("rel") == "enclosure")
    assert link.get("type") == MEDIA_TYPE
    cap = stranger.get(str(link.get("href")))
    assert cap["Content-Type"].startswith(MEDIA_TYPE)
    assert b"urn:oasis:names:tc:emergency:cap:1.2" in cap.content
    assert (
        b"<severity>Yellow</severity>"
        in stranger.get(reverse("portal.warning_document", args=[row.identifier, "national"])).content
    )
    assert "Update a warning" in text_at(client, "desk.warning_update", row.pk)
    client.post(reverse("desk.warning_cancel", args=[row.pk]), {"reason": "It is over."})
    assert "No warning is in force" in text_at(stranger, "portal.warnings")
    assert "replaced by a newer message" in text_at(stranger, "portal.warning", row.identifier)


def test_an_exercise_is_marked_and_unknown_to_the_public(editor: Viewer) -> None:
    client = browser(editor)
    client.post(reverse("desk.warning_new"), WARNING | {"is_exercise": "on"})
    row = PublicWarning.objects.get()
    assert "This is an exercise." in text_at(client, "desk.warning", row.pk)
    assert row.headline not in text_at(browser(), "portal.warnings")
    assert browser().get(reverse("portal.warning", args=[row.identifier])).status_code == 404
    assert browser().get(reverse("portal.warning_document", args=[row.identifier, "cap"])).status_code == 404


def test_the_door_for_other_systems_takes_a_key_and_nothing_else(editor: Viewer, town: Town) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Account.objects.get(pk=editor.account_id or 0))
    door = reverse("portal.receive_warning")
    for client in (strict, Client(enforce_csrf_checks=True)):
        assert client.post(door, NATIONAL.encode(), content_type="application/xml").status_code == 403
    keyless = Client(headers={"Authorization": "Bearer nonsense"})
    assert keyless.post(door, NATIONAL.encode(), content_type="application/xml").status_code in (401, 403)
    assert not PublicWarning.objects.exists()


def test_a_drill_says_so_on_its_page(town: Town) -> None:
    from yicheng.core.alerts.declare import Described
    from yicheng.core.alerts.public import raise_alert
    from yicheng.core.people.public import SYSTEM

    about = Described("Store", organisation_id=town.museum.pk, lon=113.6, lat=34.7)
    alert_id = raise_alert(SYSTEM, "trial.damp", "x/1", about=about, is_drill=True)
    page = text_at(browser(town.officer), "desk.alert", alert_id)
    assert "This is a drill." in page
    layer = browser(town.officer).get(
        reverse("map.layer", args=["map.alerts"]) + "?west=113&south=34&east=114&north=35&zoom=10"
    )
    assert [one["properties"]["title"] for one in layer.json()["features"]] == ["DRILL: Too damp · Store"]
