"""The addresses of the kiosk: the pages that parts declare for it."""

from yicheng.core.web.public import page_urls

urlpatterns = page_urls("kiosk")
