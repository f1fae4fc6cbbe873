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
APPLICATION_NOTICES = (
    NoticeKind(
        "services.received",
        _("Application %(number)s was received"),
        _("“%(item)s”: we check whether everything is there and tell you."),
    ),
    NoticeKind(
        "services.accepted",
        _("Application %(number)s was accepted"),
        _("“%(item)s” will be decided by %(due)s."),
    ),
    NoticeKind(
        "services.missing",
        _("Application %(number)s: something is missing"),
        _("“%(item)s”: please add %(text)s. The time limit stands still until then."),
        channels=("sms", "email"),
        urgent=True,
    ),
    NoticeKind(
        "services.rejected",
        _("Application %(number)s was not accepted"),
        _("“%(item)s”: %(reason)s"),
    ),
    NoticeKind(
        "services.granted",
        _("Application %(number)s was granted"),
        _("“%(item)s” is granted. The result follows."),
        channels=("sms", "email"),
    ),
    NoticeKind(
        "services.refused",
        _("Application %(number)s was refused"),
        _("“%(item)s”: %(reason)s You may appeal; the application's page says how."),
        channels=("sms", "email"),
    ),
    NoticeKind(
        "services.issued",
        _("Your result is ready: %(title)s"),
        _("It came of application %(number)s, “%(item)s”."),
    ),
    NoticeKind(
        "services.delivered",
        _("Application %(number)s is done"),
        _("“%(item)s”: the result was handed over."),
    ),
    NoticeKind("services.signed", _("Somebody signed your application"), _("“%(item)s” was signed.")),
    NoticeKind(
        "services.to_sign",
        _("You are asked to sign an application"),
        _("“%(item)s”: read it, then sign or refuse."),
        urgent=True,
    ),
)
NOTICES = RATING_NOTICES + APPLICATION_NOTICES
