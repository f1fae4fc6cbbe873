"""The audit trail and the access log: one INSERT each, append-only, visible to whom they concern."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from yicheng.core.journal import partitions
from yicheng.core.journal.models import AccessEntry, AuditEntry
from yicheng.core.journal.public import record, record_access
from yicheng.core.kernel import clock, recording
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import Viewer

pytestmark = pytest.mark.django_db
CLERK = Viewer(kind="staff", account_id=5, name="Mei", organisation_id=3, address="192.0.2.7")


def test_record_is_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        record(CLERK, action="lamps.mend_lamp", subject="lamp/7", division="410102", detail={"watt": 40})
    entry = AuditEntry.objects.get()
    assert (entry.account_id, entry.organisation_id, entry.address) == (5, 3, "192.0.2.7")
    assert (entry.action, entry.subject, entry.division_code) == ("lamps.mend_lamp", "lamp/7", "410102")
    assert entry.detail == {"watt": 40}


def test_replayed_action_tells_both_times() -> None:
    then = datetime(2011, 7, 1, tzinfo=UTC)
    with clock.at(then):
        record(CLERK, action="lamps.mend_lamp", subject="lamp/7")
    entry = AuditEntry.objects.get()
    assert entry.happened_at == then
    assert entry.recorded_at.year > 2011


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_audit SET subject = 'lamp/8'",
        "DELETE FROM journal_audit",
        "TRUNCATE journal_audit",
        "DELETE FROM journal_access",
    ],
)
def test_nothing_recorded_can_be_changed(statement: str) -> None:
    record(CLERK, action="lamps.mend_lamp", subject="lamp/7")
    record_access(CLERK, person_id=9, subject="case/1", purpose="call back")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEntry.objects.count() == AccessEntry.objects.count() == 1


def test_packages_below_record_through_the_kernel() -> None:
    recording.record(CLERK, action="people.sign_in", subject="account/5")
    assert AuditEntry.objects.get().action == "people.sign_in"


def test_access_needs_a_purpose_and_ones_own_data_needs_none() -> None:
    with pytest.raises(Invalid):
        record_access(CLERK, person_id=9, subject="case/1", purpose=" ")
    record_access(CLERK, person_id=5, subject="case/1", purpose="reading my own")
    assert not AccessEntry.objects.exists()


def test_partitions_are_made_ahead_and_dropped_when_their_time_is_over() -> None:
    with clock.at(datetime(2031, 3, 9, tzinfo=UTC)):
        made = partitions.ensure_partitions(("journal_audit",), months_ahead=1)
        assert made == ["journal_audit_203103", "journal_audit_203104"]
        assert partitions.ensure_partitions(("journal_audit",), months_ahead=1) == []
    with clock.at(datetime(2031, 6, 9, tzinfo=UTC)):
        dropped = partitions.drop_partitions("journal_audit", months_kept=2)
    assert "journal_audit_203103" in dropped
    assert "journal_audit_203104" not in dropped
