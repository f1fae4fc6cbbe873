"""How many reports one sender may send: at every door the same."""

from __future__ import annotations

from yicheng.core.people.public import Limit, Viewer, limit

PER_ADDRESS = Limit("urban.report.address", amount=20, period_s=3600)
PER_ACCOUNT = Limit("urban.report.account", amount=60, period_s=3600)


def count_report(viewer: Viewer) -> None:
    """Count a report against its sender; raises ``TooMany``. Staff and other systems report for many people."""
    if viewer.kind in ("staff", "system"):
        return
    if viewer.is_signed_in:
        limit(PER_ACCOUNT, str(viewer.account_id))
    else:
        limit(PER_ADDRESS, viewer.address)
