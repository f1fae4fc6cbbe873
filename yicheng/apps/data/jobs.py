"""What data sharing does by the clock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.actions.campaign import keep_scores
from yicheng.apps.data.actions.kept_rows import forget_old
from yicheng.apps.data.actions.runs import run_due
from yicheng.apps.data.connectors.reading import read_source
from yicheng.core.events.declare import Job


def fetch_due() -> None:
    """Every five minutes."""
    run_due(read=read_source)


def forget_refused() -> None:
    """Nightly."""
    forget_old()


def score_campaigns() -> None:
    """Nightly: the ranking of the day is kept."""
    keep_scores()


JOBS = (
    Job("data.fetch_due", _("Fetch data that are due"), "*/5 * * * *", fetch_due),
    Job("data.forget_refused", _("Delete refused rows after their time"), "50 3 * * *", forget_refused),
    Job("data.score_campaigns", _("Keep the day's ranking of the campaign"), "10 0 * * *", score_campaigns),
)
