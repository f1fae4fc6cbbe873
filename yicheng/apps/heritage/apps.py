"""Names the application to Django and to people."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.application import Application


class HeritageApp(Application):
    name = "yicheng.apps.heritage"
    label = "heritage"
    title = _("Cultural heritage")
    summary = _(
        "Sites, relics and their keepers: registers, chips, custody, early warning, pages for visitors."
    )
