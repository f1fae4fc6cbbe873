"""What government services write to people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.notices.declare import NoticeKind

RATING_INVITED = "services.rating_invited"
RATING_ANSWERED = "services.rating_answered"
RATED_LOW = "services.rated_low"
RATING_APPEALED = "services.rating_appealed"

RATING_NOTICES = (
    NoticeKind(
        RATING_INVITED,
        _("How did you find it?"),
        _("“%(title)s” is done. Please say how you found it: it counts in the department's assessment."),
        channels=("sms",),
    ),
    NoticeKind(
        RATING_ANSWERED,
        _("Your rating was answered"),
        _("%(organisation)s has answered your rating of “%(title)s”. You may appeal within 15 days."),
        channels=("sms",),
    ),
    NoticeKind(
        RATED_LOW,
        _("Rated %(level)s of 5: %(title)s"),
        _("A rectification is open: call back, put it right and answer within the time limit."),
        urgent=True,
    ),
    NoticeKind(
        RATING_APPEALED,
        _("Answer appealed against: %(title)s"),
        _("Whoever rated the service is not content with the answer of %(organisation)s."),
        urgent=True,
    ),
)
NOTICES = RATING_NOTICES
