"""Rules as they are in force, alerts and their transitions, what rules remember of a series, warnings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.declare import Severity
from yicheng.core.cases.models import Case
from yicheng.core.people.models import Organisation


class Rule(models.Model):
    """A rule: one line for each declared one (by key), and those that staff made, whose condition lies here whole."""

    class Origin(models.TextChoices):
        DECLARED = "declared", _("of an application")
        STAFF = "staff", _("made by staff")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        LIVE = "live", _("in force")
        RETIRED = "retired", _("retired")

    key = models.CharField(max_length=80, unique=True)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    status = models.CharField(max_length=8, choices=Status.choices)
    application = models.CharField(
        max_length=30, help_text="label of the part that declares it; alerts for staff's"
    )
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    title = models.CharField(
        max_length=120, blank=True, help_text="of staff's rules; declared ones say it themselves"
    )
    text = models.CharField(max_length=500, blank=True)
    advice = models.CharField(max_length=500, blank=True)
    property = models.CharField(max_length=60, blank=True)
    bearer_kind = models.CharField(max_length=40, blank=True)
    division_code = models.CharField(max_length=12, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    start = models.TimeField(null=True)
    end = models.TimeField(null=True)
    audience_right = models.CharField(max_length=80)
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", help_text="whose rule it is"
    )
    on_delay_s = models.PositiveIntegerField(default=0)
    off_delay_s = models.PositiveIntegerField(default=0)
    escalate_after_s = models.PositiveIntegerField(null=True)
    opens_case = models.BooleanField(default=False)
    class_code = models.CharField(max_length=20, blank=True)
    needed = models.PositiveSmallIntegerField(default=1, help_text="how many of its conditions must be met")
    within_s = models.PositiveIntegerField(default=3600)
    tried_at = models.DateTimeField(null=True)
    out_of_service_at = models.DateTimeField(null=True)
    out_of_service_note = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(origin="declared") | ~Q(title=""), name="rule_of_staff_has_a_title"
            ),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="rule_severity"),
        ]

    def __str__(self) -> str:
        return self.title or self.key


class RuleCondition(models.Model):
    """A condition of a staff-made rule; several of them are a combination."""

    class Kind(models.TextChoices):
        THRESHOLD = "threshold", _("beyond a limit")
        DURATION = "duration", _("beyond a limit for long")
        RATE = "rate", _("changes fast")
        ABSENCE = "absence", _("nothing comes")
        ANOMALY = "anomaly", _("unlike what is usual")
        FACT = "fact", _("something happened")

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="conditions", db_index=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    property = models.CharField(max_length=60, blank=True, help_text="of a part of a combination")
    above = models.FloatField(null=True)
    below = models.FloatField(null=True)
    hysteresis = models.FloatField(default=0)
    period_s = models.PositiveIntegerField(null=True, help_text="how long, per how long, since when silent")
    event = models.CharField(max_length=80, blank=True)
    field = models.CharField(max_length=40, blank=True)
    operator = models.CharField(max_length=10, blank=True)
    value = models.CharField(max_length=80, blank=True)
    until = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["rule", "position"], name="condition_once")]


class Alert(models.Model):
    """One matter that a rule found with one subject, from raised to closed (ISA-18.2, IEC 62682).

    Open as long as ``closed_at`` is empty; at most one open alert for a rule and a subject.
    """

    class State(models.TextChoices):
        UNACKNOWLEDGED = "unack", _("active, nobody has answered")
        ACKNOWLEDGED = "acked", _("active, answered")
        RETURNED = "returned", _("over, nobody has answered")
        SHELVED = "shelved", _("shelved")
        SUPPRESSED = "suppressed", _("suppressed by design")
        OUT_OF_SERVICE = "out", _("out of service")
        NORMAL = "normal", _("alert closed")

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="alerts", db_index=False)
    application = models.CharField(max_length=30)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    is_met = models.BooleanField(default=True, help_text="the condition holds now")
    subject = models.CharField(max_length=80, help_text="what it is about, as <kind>/<id>")
    subject_title = models.CharField(max_length=160, blank=True)
    link = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    series_id = models.BigIntegerField(null=True)
    values: Any = models.JSONField(default=dict, help_text="placeholders of the rule's text")
    raised_at = models.DateTimeField()
    last_at = models.DateTimeField(help_text="when the condition was met last")
    count = models.PositiveIntegerField(default=1, help_text="how often it was met since it was raised")
    cleared_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    shelved_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    rung = models.PositiveSmallIntegerField(default=0, help_text="how many rungs of the ladder were told")
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="children")
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="+")
    case_fault = models.CharField(max_length=200, blank=True, help_text="why no case could be opened")
    is_drill = models.BooleanField(default=False)
    is_false = models.BooleanField(null=True, help_text="what staff judged; empty: not judged")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rule", "subject", "is_drill"], condition=Q(closed_at=None), name="one_open_alert"
            ),
            models.CheckConstraint(
                condition=Q(state="normal", closed_at__isnull=False)
                | (~Q(state="normal") & Q(closed_at=None)),
                name="alert_closed_is_normal",
            ),
            models.CheckConstraint(
                condition=Q(state="shelved", shelved_until__isnull=False)
                | (~Q(state="shelved") & Q(shelved_until=None)),
                name="alert_shelved_until",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["rule", "-raised_at"], name="alert_of_rule"),
            models.Index(fields=["severity", "-id"], condition=Q(closed_at=None), name="alert_open"),
            models.Index(fields=["subject"], condition=Q(closed_at=None), name="alert_open_subject"),
            models.Index(fields=["subject", "-id"], name="alert_of_subject"),
            models.Index(fields=["organisation", "-id"], name="alert_of_body"),
            models.Index(fields=["division_code", "-id"], name="alert_of_division"),
            models.Index(
                fields=["escalate_at"], condition=Q(escalate_at__isnull=False), name="alert_escalate"
            ),
            models.Index(
                fields=["shelved_until"], condition=Q(shelved_until__isnull=False), name="alert_shelved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.subject}"


class Transition(models.Model):
    """A change of an alert's state: append-only, partitioned by month, made by hand in the migration."""

    pk = models.CompositePrimaryKey("division_code", "recorded_at", "id")
    id = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    division_code = models.CharField(max_length=12)
    alert_id = models.BigIntegerField()
    happened_at = models.DateTimeField(help_text="by the readings' own time")
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)
    cause = models.CharField(max_length=20)
    account_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=500)
    value = models.FloatField(null=True)

    class Meta:
        managed = False
        db_table = "alerts_transition"


class RuleState(models.Model):
    """What a rule remembers of a series (or subject) besides "all is well": no row means that."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="+", db_index=False)
    series_id = models.BigIntegerField(help_text="0: the subject as a whole")
    subject = models.CharField(max_length=80, blank=True, help_text="of a combination")
    about = models.CharField(
        max_length=80, default="", help_text="the subject of the alert it may have raised"
    )
    is_met = models.BooleanField(default=False, help_text="beyond the limit, hysteresis included")
    is_raised = models.BooleanField(default=False)
    since = models.DateTimeField(null=True, help_text="since when is_met is what it is")
    due_at = models.DateTimeField(null=True, help_text="when the clock decides: delay over, silence too long")
    value = models.FloatField(null=True)
    window = ArrayField(
        models.FloatField(), default=list, help_text="pieces of what was seen; see evaluation"
    )
    is_quiet = models.BooleanField(
        default=False, help_text="the next reading changes nothing: only the clock does"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "series_id", "subject"], name="rulestate_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["series_id"], condition=Q(is_quiet=False), name="rulestate_series"),
            models.Index(fields=["rule", "about"], condition=Q(is_raised=True), name="rulestate_raised"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="rulestate_due"),
        ]


class Usual(models.Model):
    """What is usual of a series at each 24th of a rule's season: (median, robust deviation), flat; learnt at night."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="+", db_index=False)
    series_id = models.BigIntegerField()
    slots = ArrayField(models.FloatField(), default=list)
    learnt_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["rule", "series_id"], name="usual_once")]


class Clockwork(models.Model):
    """One row: when due times were looked at last, so that a pause of the platform is not taken for silence."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ran_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_clockwork")]


class PublicWarning(models.Model):
    """A warning to the public: issued here, or taken from another system. Updates and cancellations are rows of
    their own that point to the first message; what is in force is the newest of each chain."""

    class Origin(models.TextChoices):
        ISSUED = "issued", _("issued here")
        RECEIVED = "received", _("received")

    class MsgType(models.TextChoices):
        ALERT = "Alert", _("first message")
        UPDATE = "Update", _("update")
        CANCEL = "Cancel", _("cancellation")

    identifier = models.CharField(max_length=120, unique=True)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    sender = models.CharField(max_length=120)
    sender_code = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField()
    status = models.CharField(max_length=10, help_text="CAP: Actual, Exercise, Test …")
    msg_type = models.CharField(max_length=6, choices=MsgType.choices)
    first = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="messages",
        help_text="the chain's first message",
    )
    references = ArrayField(models.CharField(max_length=120), default=list)
    is_newest = models.BooleanField(default=True, help_text="of its chain")
    language = models.CharField(max_length=12, default="zh-CN")
    event_type = models.CharField(max_length=20, blank=True)
    event = models.CharField(max_length=120, blank=True)
    severity = models.PositiveSmallIntegerField(null=True, choices=Severity.choices)
    urgency = models.CharField(max_length=10, default="Unknown")
    certainty = models.CharField(max_length=10, default="Unknown")
    effective_at = models.DateTimeField()
    onset_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    sender_name = models.CharField(max_length=120, blank=True)
    headline = models.CharField(max_length=200)
    description = models.TextField()
    instruction = models.TextField(blank=True)
    web = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=500, blank=True)
    area = models.CharField(max_length=500, blank=True)
    geocodes = ArrayField(models.CharField(max_length=12), default=list)
    polygon = models.TextField(blank=True)
    circle = models.CharField(max_length=80, blank=True)
    alert = models.ForeignKey(Alert, null=True, on_delete=models.SET_NULL, related_name="warnings")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    source = models.TextField(blank=True, help_text="what was received, verbatim")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(severity=None) | Q(severity__gte=1, severity__lte=4), name="warning_severity"
            ),
            models.CheckConstraint(
                condition=Q(msg_type="Alert", first=None) | ~Q(msg_type="Alert"),
                name="warning_first_is_alert",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-sent_at", "-id"], name="warning_by_time"),
            models.Index(fields=["expires_at"], condition=Q(is_newest=True), name="warning_newest"),
        ]

    def __str__(self) -> str:
        return self.identifier
