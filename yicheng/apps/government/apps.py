"""Names the application to Django and to people."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.application import Application


class GovernmentApp(Application):
    name = "yicheng.apps.government"
    label = "government"
    title = _("Government services")
    summary = _("What is known is not asked again; what is granted becomes a licence.")
    requires = ("services", "credentials", "sharing")
