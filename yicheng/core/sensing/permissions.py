"""Who may see devices and keep them, whatever the application."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

#: role codes that a city pack gives out
DEVICE_KEEPER = "device_keeper"  # 设备管理员
ADMINISTRATOR = "administrator"

RIGHTS = (
    Right("sensing.view_devices", _("See devices and their readings"), roles=(DEVICE_KEEPER, ADMINISTRATOR)),
    Right(
        "sensing.keep_devices",
        _("Register, bind, repair and retire devices"),
        roles=(DEVICE_KEEPER, ADMINISTRATOR),
    ),
    Right(
        "sensing.issue_keys",
        _("Issue and revoke the keys of devices"),
        roles=(DEVICE_KEEPER, ADMINISTRATOR),
    ),
    Right(
        "sensing.import_readings",
        _("Bring readings in from files of data loggers"),
        roles=(DEVICE_KEEPER, ADMINISTRATOR),
    ),
    Right(
        "sensing.view_refused",
        _("Inspect payloads that were refused"),
        roles=(DEVICE_KEEPER, ADMINISTRATOR),
    ),
)
