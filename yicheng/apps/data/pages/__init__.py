"""What data sharing shows on the faces: each subject's file declares its own pages, gathered here."""

from yicheng.apps.data.pages import bases, campaign, conflicts, loads, panels, sources
from yicheng.core.web.declare import Page, Panel

PAGES: tuple[Page, ...] = (
    *sources.PAGES,
    *loads.PAGES,
    *campaign.PAGES,
    *bases.PAGES,
    *conflicts.PAGES,
)
PANELS: tuple[Panel, ...] = panels.PANELS
