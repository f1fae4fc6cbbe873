"""The addresses below /c/: the pages that parts declare for this face."""

from yicheng.core.web.public import page_urls

urlpatterns = page_urls("code")
