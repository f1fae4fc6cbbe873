"""The platform on real input: Boston's 58,251 cases of 2011, with their own times, none lost, none twice."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from yicheng.apps.urban.actions.outside_cases import Replay, replay_cases
from yicheng.apps.urban.decision import facts
from yicheng.apps.urban.models import ImportedCase, ImportRow, UrbanCase
from yicheng.core.cases.models import Case, CaseStep, Task
from yicheng.core.kernel.pack import check_pack, load_pack, open_pack
from yicheng.core.people.models import Account, Appointment, Role
from yicheng.core.people.public import SYSTEM

PROJECT = Path(__file__).resolve().parents[4]
PACK = PROJECT / "cities" / "boston"
DATA = PROJECT.parent / "shared" / "data" / "cases" / "boston_311_2011h2.csv.gz"

needs_data = pytest.mark.skipif(
    not DATA.exists(), reason="the real cases lie beside the project, and are not here"
)


def replay() -> Replay:
    with DATA.open("rb") as file:
        mapping = (PACK / "imports" / "boston_311.toml").read_text(encoding="utf-8")
        return replay_cases(SYSTEM, file, mapping=mapping, name=DATA.name)


def figures_on_the_decision_page() -> tuple[int, ...]:
    """What an auditor reads as on time and overdue for the half year."""
    facts.reconcile()
    account = Account.objects.create(username="auditor", kind="staff", display_name="Auditor", language="en")
    Appointment.objects.create(account=account, role=Role.objects.get(code="auditor"))
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    page = client.get("/desk/urban/decision/", {"from": "2011-07-01", "to": "2012-01-02"}).content.decode()
    found = [
        re.search(rf'what={what}"[^>]*>.*?([\d,]{{4,}})', page, re.DOTALL) for what in ("on_time", "late")
    ]
    return tuple(int(match[1].replace(",", "")) if match else 0 for match in found)


@pytest.mark.django_db
def test_the_pack_is_sound() -> None:
    assert [one for one in check_pack(open_pack(PACK)) if one.severity == "error"] == []


@needs_data
@pytest.mark.slow
@pytest.mark.django_db
def test_all_cases_come_in_with_their_own_life() -> None:
    load_pack(open_pack(PACK))
    done = replay()
    kept = done.kept
    assert (kept.read_count, kept.created_count, kept.unchanged_count, kept.refused_count) == (
        58251,
        58251,
        0,
        0,
    )
    assert done.timeliness == Counter(on_time=46572, late=11521, unknown=158)
    assert Case.objects.filter(is_on_time=True).count() == 46572
    assert Case.objects.filter(is_on_time=False).count() == 11521
    assert Case.objects.filter(status="open").count() == 3681
    assert done.reasons["There is no due time."] == 10981
    assert ImportRow.objects.filter(file_import=kept, verdict="doubtful").count() == kept.doubtful_count
    first = Case.objects.get(number="101000295613")
    assert (first.opened_at, first.closed_at) == (
        datetime(2011, 7, 1, 5, 32, 33, tzinfo=UTC),
        datetime(2011, 7, 1, 9, 6, 58, tzinfo=UTC),
    )
    assert (first.division_code, first.case_class.name) == ("250717", "Street Light Outages")
    assert first.organisation is not None
    assert first.organisation.code == "PWDx"
    assert [step.note for step in CaseStep.objects.filter(case=first).order_by("at")] == ["", "Resolved"]
    assert Task.objects.filter(status="open", kind="urban.handle").count() == 3681
    assert UrbanCase.objects.count() == ImportedCase.objects.count() == 58251
    assert figures_on_the_decision_page() == (46572, 11521)
    again = replay()
    assert (again.kept.created_count, again.kept.unchanged_count) == (0, 58251)
    assert Case.objects.count() == 58251
