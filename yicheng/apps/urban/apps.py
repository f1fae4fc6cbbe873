"""Names the application to Django and to people."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.application import Application


class UrbanApp(Application):
    name = "yicheng.apps.urban"
    label = "urban"
    title = _("Urban management")
    summary = _("What is broken, dirty or in the way: reported, dispatched, handled, checked, closed.")
