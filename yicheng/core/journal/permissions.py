"""Rights over the records themselves."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

RIGHTS = (
    Right("journal.read_audit", _("Read the audit trail"), roles=("auditor",)),
    Right("journal.read_accesses", _("Read the log of personal data shown"), roles=("auditor",)),
    Right("journal.see_originals", _("See original files with their position data"), roles=("auditor",)),
)
