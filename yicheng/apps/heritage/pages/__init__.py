"""Pages of heritage: the registers at the desk, chips and early warning, the sites for the public."""

from yicheng.apps.heritage.pages import (
    chips,
    counts,
    custody,
    doubts,
    figures,
    labels,
    objects,
    panels,
    patrols,
    places,
    portal,
    relics,
    sites,
)

PAGES = (
    *sites.PAGES,
    *doubts.PAGES,
    *relics.PAGES,
    *places.PAGES,
    *chips.PAGES,
    *custody.PAGES,
    *counts.PAGES,
    *patrols.PAGES,
    *figures.PAGES,
    *labels.PAGES,
    *objects.PAGES,
    *portal.PAGES,
)
PANELS = (*portal.PANELS, *panels.PANELS, *custody.PANELS, *counts.PANELS)
MAP_LAYERS = sites.MAP_LAYERS
