"""Pages of heritage: the registers at the desk, the sites for the public."""

from yicheng.apps.heritage.pages import doubts, portal, relics, sites

PAGES = (*sites.PAGES, *doubts.PAGES, *relics.PAGES, *portal.PAGES)
PANELS = portal.PANELS
MAP_LAYERS = sites.MAP_LAYERS
