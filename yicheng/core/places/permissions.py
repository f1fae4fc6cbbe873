"""Rights over the unit grid."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

RIGHTS = (
    Right(
        "places.view_grid",
        _("See the unit grid and who answers for which cell"),
        roles=("staff", "grid_manager", "administrator"),
    ),
    Right("places.assign_duty", _("Say who answers for an area"), roles=("grid_manager", "administrator")),
    Right("places.import_cells", _("Import surveyed cells"), roles=("grid_manager", "administrator")),
)
