"""Names the application to Django and to people."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.application import Application


class DataApp(Application):
    name = "yicheng.apps.data"
    label = "data"
    title = _("Data sharing")
    summary = _(
        "Departments bring in their data, owe and score in the campaign; base databases with one truth."
    )
