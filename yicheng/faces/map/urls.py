"""The addresses of the map: the pages that parts declare for it."""

from yicheng.core.web.public import page_urls

urlpatterns = page_urls("map")
