"""The counts of every exchange as open data, in the catalogue like any other resource."""

from __future__ import annotations

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue.declare import Attribute, Resource
from yicheng.core.sharing.queries.exchange import exchange_days


def _model() -> type[Model]:
    from yicheng.core.sharing.models import ExchangeDay

    return ExchangeDay


RESOURCES = (
    Resource(
        key="sharing.exchanges",
        title=_("Use of shared data"),
        summary=_("Which department used whose data on which day, how often, how many rows. Counts only."),
        model=_model,
        attributes=(
            Attribute("day", _("Day"), "day", "date"),
            Attribute("provider", _("Given by"), "provider__name"),
            Attribute("provider_code", _("Code of the giver"), "provider__code", "code"),
            Attribute("consumer", _("Used by whom"), "consumer__name"),
            Attribute("consumer_code", _("Code of the user"), "consumer__code", "code"),
            Attribute("resource", _("Data resource"), "resource", "code"),
            Attribute("kind", _("Way of use"), "kind", "code", description=_("query, file, delivery")),
            Attribute("calls", _("Calls"), "calls", "integer"),
            Attribute("rows", _("Number of rows"), "rows", "integer"),
        ),
        rows=exchange_days,
        share_type="unconditional",
    ),
)
