"""What the catalogue takes from a city pack: which department provides which declared resource.

``resources.csv``  resource, provider (code of the organisation)

Every load also brings the entries of declared resources up to date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.catalogue.actions.syncing import sync_entries
from yicheng.core.catalogue.declare import RESOURCES
from yicheng.core.catalogue.models import CatalogueEntry
from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Table, Tally, column
from yicheng.core.people.models import Organisation


@dataclass(frozen=True)
class ProviderRow:
    line: int
    resource: str = column(max_length=120)
    provider: str = column(max_length=40, ref="organisations.csv:code")


PROVIDERS = Table("resources.csv", ProviderRow, key=("resource",), optional=True)


def check(pack: CityPack) -> Iterable[Finding]:
    """Every fault of the table; a resource of an absent application is only told."""
    yield from pack.findings(PROVIDERS)
    for row in pack.rows(PROVIDERS):
        if row.resource not in RESOURCES:
            reason = _("No installed part declares the resource “%(key)s”.") % {"key": row.resource}
            yield Finding(PROVIDERS.file, row.line, reason, "warning")


def load(pack: CityPack) -> Tally:
    """Sync the entries, then write who provides them."""
    tally = sync_entries()
    named = {row.resource: row.provider for row in pack.rows(PROVIDERS)}
    bodies = {body.code: body for body in Organisation.objects.filter(code__in=named.values())}
    for entry in CatalogueEntry.objects.filter(kind="resource").defer("search"):
        body = bodies.get(named.get(entry.key, ""))
        division = body.division_code if body else ""
        if (entry.organisation_id, entry.division_code) != (body.pk if body else None, division):
            entry.organisation, entry.division_code = body, division
            entry.save(update_fields=["organisation", "division_code"])
    return tally


PACK_SECTIONS = (
    PackSection(
        "catalogue.providers",
        gettext_lazy("Providers of data resources"),
        files=("resources.csv",),
        check=check,
        load=load,
        after=("people.organisations",),
    ),
)
