"""What happens to data by the clock: old versions are dropped, estimates and descriptions brought up to date."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue.actions.syncing import sync_entries
from yicheng.core.catalogue.actions.versions import drop_old_versions
from yicheng.core.events.declare import Job


def _drop() -> None:
    drop_old_versions()


def _sync() -> None:
    sync_entries()


JOBS = (
    Job("catalogue.drop_old_versions", _("Drop old versions of data sets"), "23 2 * * *", _drop),
    Job("catalogue.sync_entries", _("Bring the catalogue of data up to date"), "*/10 * * * *", _sync),
)
