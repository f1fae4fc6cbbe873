"""Subscribing to the changes of granted data, going on after a stop, replaying, ending."""

from __future__ import annotations

import secrets
from base64 import b64encode

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from yicheng.core.catalogue.public import readable
from yicheng.core.catalogue.queries.readable import text_of
from yicheng.core.events.public import check_url
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer, seal
from yicheng.core.sharing.models import Grant, Subscription

MOST = 5
LONGEST_URL = 500


@transaction.atomic
def subscribe(viewer: Viewer, grant_id: int, *, url: str) -> tuple[Subscription, str]:
    """Send changes to ``url`` from now on; answers the subscription and its secret, shown this once.

    Take the rows as a file first, then follow. Raises ``Invalid`` for an address that must not be called.
    """
    grant = Grant.objects.select_for_update(of=("self",)).select_related("entry").filter(pk=grant_id).first()
    if grant is None:
        raise NotFound(_("There is no such grant."))
    viewer.require("sharing.use", organisation_id=grant.consumer_id)
    if grant.revoked_at is not None:
        raise Conflict(_("This grant is revoked already."))
    if len(url) > LONGEST_URL:
        raise Invalid(_("The address is too long."), fields={"url": _("Shorten it.")})
    check_url(url)
    if grant.subscriptions.exclude(state="ended").count() >= MOST:
        raise Conflict(_("A grant has at most %(most)s subscriptions. End one first."), most=MOST)
    _require_key(grant)
    secret = "whsec_" + b64encode(secrets.token_bytes(24)).decode()
    now = clock.now()
    made = Subscription.objects.create(
        grant=grant,
        url=url,
        secret_sealed=seal(secret),
        cursor=_newest(),
        next_at=now,
        created_by_id=viewer.account_id,
        created_at=now,
    )
    _watch(grant)
    _record(viewer, "subscribe", made)
    return made, secret


@transaction.atomic
def resume(viewer: Viewer, subscription_id: int, *, after: int | None = None) -> Subscription:
    """Go on after a stop; with ``after``, replay from behind that change. Set-aside changes are sent again, too."""
    found = _locked(viewer, subscription_id)
    oldest = found.undelivered.order_by("change").values_list("change", flat=True).first()
    if after is not None:
        found.cursor = max(0, min(after, _newest()))
    elif oldest is not None:
        found.cursor = min(found.cursor, oldest - 1)
    found.undelivered.all().delete()
    found.state, found.attempts, found.next_at, found.last_error = "running", 0, clock.now(), ""
    found.leased_until = None
    found.save()
    _record(viewer, "resume_subscription", found)
    return found


@transaction.atomic
def unsubscribe(viewer: Viewer, subscription_id: int) -> None:
    """Send no more."""
    found = _locked(viewer, subscription_id)
    found.state = "ended"
    found.save(update_fields=["state"])
    unwatch(found.grant)
    _record(viewer, "unsubscribe", found)


def unwatch(grant: Grant) -> None:
    """Note no more changes of a table that nobody follows any more."""
    entry = grant.entry
    others = Subscription.objects.filter(grant__entry=entry).exclude(state="ended")
    data = readable(entry.key)
    if data.resource is not None and not others.exists():
        table = data.resource.model()._meta.db_table  # noqa: SLF001  Django's own name for it
        _run("DROP TRIGGER IF EXISTS {name} ON {table}", entry.pk, table)


def _watch(grant: Grant) -> None:
    """Have the database note changes of a declared resource's table. Data sets tell theirs by their versions."""
    data = readable(grant.entry.key)
    if data.resource is None:
        return
    meta = data.resource.model()._meta  # noqa: SLF001  Django's own name for it
    statement = (
        "CREATE OR REPLACE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION sharing_note_change({entry}, {key})"
    )
    _run(statement, grant.entry_id, meta.db_table, key=str(meta.pk.column))


def _run(statement: str, entry_id: int, table: str, *, key: str = "") -> None:
    composed = sql.SQL(statement).format(
        name=sql.Identifier(f"sharing_change_{entry_id}"),
        table=sql.Identifier(table),
        entry=sql.Literal(str(entry_id)),
        key=sql.Literal(key),
    )
    with connection.cursor() as cursor:
        cursor.execute(text_of(composed))


def _require_key(grant: Grant) -> None:
    data = readable(grant.entry.key)
    if data.resource is None and not data.entry.key_fields:
        raise Invalid(_("Nobody can tell which rows of these data changed: no field names a row."))
    if data.resource is None and grant.fields.filter(key__in=data.entry.key_fields).exclude(mask="").exists():
        raise Invalid(_("The field that names a row is masked: changes cannot be told apart."))


def _newest() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM sharing_change")
        found: int = cursor.fetchone()[0]
    return found


def _locked(viewer: Viewer, subscription_id: int) -> Subscription:
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("grant__entry")
    found = rows.filter(pk=subscription_id).exclude(state="ended").first()
    if found is None:
        raise NotFound(_("There is no such subscription."))
    viewer.require("sharing.use", organisation_id=found.grant.consumer_id)
    return found


def _record(viewer: Viewer, action: str, subscription: Subscription) -> None:
    detail = {"grant": subscription.grant_id, "cursor": subscription.cursor}
    record(viewer, action=f"sharing.{action}", subject=f"subscription/{subscription.pk}", detail=detail)
