"""Everything that is read of the catalogue: entries, and the rows behind them. The first argument is who asks."""

from yicheng.core.catalogue.queries.declared import (
    FILTERED,
    PAGE_SIZE,
    Rows,
    attributes,
    page,
    parsed,
    resource,
    resources,
    select,
    with_values,
)

__all__ = [
    "FILTERED",
    "PAGE_SIZE",
    "Rows",
    "attributes",
    "page",
    "parsed",
    "resource",
    "resources",
    "select",
    "with_values",
]
