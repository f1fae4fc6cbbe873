"""What sensing does by the clock, and what its worker does all the time."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.schedule import Daemon, Job, Loop
from yicheng.core.sensing import draining, partitions, retention, silence
from yicheng.core.sensing.mqtt.configured import configured_broker


def check_silence() -> None:
    """Every twenty seconds."""
    silence.check_silence()


def keep_partitions() -> None:
    """Nightly."""
    partitions.ensure_months_ahead()


def retry_watchers() -> None:
    """Every ten seconds."""
    draining.retry_parked()


def mend_clocks() -> None:
    """Every ten minutes."""
    retention.mend_clocks()


def forget_old() -> None:
    """Nightly."""
    retention.forget_old()


JOBS = (
    Job("sensing.check_silence", _("Look for silent devices"), "* * * * * */20", check_silence),
    Job("sensing.keep_partitions", _("Make room for readings"), "17 2 * * *", keep_partitions),
    Job("sensing.mend_clocks", _("See which clocks came right"), "*/10 * * * *", mend_clocks),
    Job("sensing.forget_old", _("Delete readings after their time"), "47 3 * * *", forget_old),
    Job(
        "sensing.retry_watchers",
        _("Show readings again to who failed on them"),
        "* * * * * */10",
        retry_watchers,
    ),
)
LOOPS = (Loop("sensing.readings", _("Follow up fresh readings"), draining.drain),)
DAEMONS = (
    Daemon(
        "sensing.listen",
        _("Listen to the MQTT broker"),
        ("listen",),
        is_wanted=lambda: configured_broker() is not None,
    ),
)
