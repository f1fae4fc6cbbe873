"""An inbox gets a message once, in its reader's language, and costs a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.utils import translation

from yicheng.core.kernel.errors import NotFound, SignInRequired
from yicheng.core.notices import actions, queries
from yicheng.core.notices.models import Notice
from yicheng.core.notices.public import notify, unread_count
from yicheng.core.people.public import STRANGER, Viewer

Person = Callable[..., Viewer]


def tell(viewer: Viewer, *, subject: str = "case/1", kind: str = "test.plain") -> None:
    notify(
        kind, [viewer.account_id or 0], subject=subject, link="/desk/", values={"number": 7, "place": "Erqi"}
    )


def test_everybody_is_told_in_one_statement(
    person: Person, django_assert_num_queries: Callable[..., object]
) -> None:
    people = [person(name) for name in ("an", "bo", "cao")]
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        notify("test.plain", [p.account_id or 0 for p in people], subject="case/1", values={"number": 1})
    assert [unread_count(p) for p in people] == [1, 1, 1]


def test_the_same_matter_is_told_once(person: Person) -> None:
    an = person("an")
    tell(an)
    tell(an)
    tell(an, subject="case/2")
    assert unread_count(an) == 2


def test_nobody_to_tell_asks_nothing(db: None, django_assert_num_queries: Callable[..., object]) -> None:
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        notify("test.plain", [], subject="case/1", values={"number": 1})


def test_a_sentence_without_its_value_is_a_fault_at_once(person: Person) -> None:
    with pytest.raises(KeyError):
        notify("test.plain", [person("an").account_id or 0], subject="case/1", values={})
    assert not Notice.objects.exists()


@pytest.mark.parametrize("link", ["//evil.example", "https://evil.example", "javascript:alert(1)"])
def test_links_stay_on_the_platform(person: Person, link: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        notify(
            "test.plain", [person("an").account_id or 0], subject="case/1", link=link, values={"number": 1}
        )


def test_the_inbox_reads_in_the_active_language(person: Person) -> None:
    an = person("an")
    due = datetime(2026, 11, 23, 4, 5, tzinfo=UTC)
    notify("test.inbox", [an.account_id or 0], subject="case/1", values={"number": 7, "due": due})
    with translation.override("en"):
        assert queries.inbox(an).items[0].text == "Due 11/23/2026 12:05 p.m.."
    with translation.override("zh-hans"):
        assert queries.inbox(an).items[0].text == "Due 2026年11月23日 12:05."


def test_urgent_and_unread_come_first_and_once(person: Person) -> None:
    an = person("an")
    tell(an, kind="test.urgent")
    tell(an)
    page = queries.inbox(an)
    assert [item.title for item in page.urgent] == ["Flood at Erqi"]
    assert [item.is_urgent for item in page.items] == [False]


def test_pages_follow_a_mark_and_take_two_queries(
    person: Person, django_assert_num_queries: Callable[..., object]
) -> None:
    an = person("an")
    for number in range(queries.PAGE_SIZE + 3):
        tell(an, subject=f"case/{number}")
    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        first = queries.inbox(an)
    rest = queries.inbox(an, before=first.next)
    assert (len(first.items), len(rest.items), rest.next) == (queries.PAGE_SIZE, 3, None)


def test_reading_one_and_all(person: Person) -> None:
    an = person("an")
    tell(an)
    tell(an, subject="case/2")
    first = queries.inbox(an).items[0]
    assert actions.read_notice(an, first.id).link == "/desk/"
    assert unread_count(an) == 1
    assert actions.read_all(an) == 1
    assert unread_count(an) == 0


def test_nobody_reads_anothers_inbox(person: Person) -> None:
    an, bo = person("an"), person("bo")
    tell(an)
    assert queries.inbox(bo).items == []
    with pytest.raises(NotFound):
        actions.read_notice(bo, queries.inbox(an).items[0].id)
    assert unread_count(an) == 1


def test_strangers_have_no_inbox(db: None, django_assert_num_queries: Callable[..., object]) -> None:
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        assert unread_count(STRANGER) == 0
    with pytest.raises(SignInRequired):
        queries.inbox(STRANGER)


def test_a_kind_whose_application_is_gone_still_shows(person: Person) -> None:
    an = person("an")
    tell(an)
    Notice.objects.update(kind="gone.kind")
    assert queries.inbox(an).items[0].title == "gone.kind"
