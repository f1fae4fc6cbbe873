"""The addresses of the public front door: the pages that parts declare for it."""

from yicheng.core.web.public import page_urls

urlpatterns = page_urls("portal")
