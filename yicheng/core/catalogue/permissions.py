"""Rights over the catalogue; finding and reading open resources needs none."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

RIGHTS = (
    Right("catalogue.read_sensitive", _("Read sensitive fields of data resources"), roles=("auditor",)),
    Right(
        "catalogue.manage_data_sets",
        _("Register and publish data sets of one's organisation"),
        roles=("data_keeper", "data_system"),
    ),
)
