"""Names the application to Django and to people."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.application import Application


class DataApp(Application):
    name = "yicheng.apps.data"
    label = "data"
    title = _("Data")
    summary = _("A register of entries, each with its place and its organisation.")
