"""The process that a low rating opens: call back, mend, answer, confirm. The order of its steps is drawn in the city pack."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.declare import Assignment, Outcome, ProcessType, TaskForm, TaskKind
from yicheng.core.people.public import bodies_holding
from yicheng.core.services.actions import rectification as steps

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case


def service_office(case: Case) -> Assignment | None:
    """The body that judges ratings and lies nearest to the division; None: the responsible body itself."""
    areas = [(_area(body.division_code), body.id) for body in bodies_holding("services.judge_ratings")]
    fitting = [(len(area), -body_id) for area, body_id in areas if case.division_code.startswith(area)]
    return Assignment(-max(fitting)[1]) if fitting else None


def _area(division_code: str) -> str:
    """A city's or province's code without the zeros that stand for “all of it”."""
    is_whole = len(division_code) == 6 and division_code.endswith("00")
    return division_code.rstrip("0") if is_whole else division_code


class StepForm(TaskForm):
    """Asks for what the chosen outcome needs."""

    #: outcome → fields that it cannot do without
    needs: ClassVar[dict[str, tuple[str, ...]]] = {}

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        for name in self.needs.get(self.outcome, ()):
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, forms.ValidationError(_("This is needed here."), code="required"))
        return cleaned


def _note(label: str | Promise) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type]
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CallBackForm(StepForm):
    """回访核实: what the person said."""

    note = _note(_("What the person said"))
    reason = forms.CharField(
        label=_("Why the rating is unfounded"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only to contest it: the service office judges."),
    )
    needs: ClassVar = {"founded": ("note",), "contested": ("reason",), "unreachable": ("note",)}


class JudgeForm(StepForm):
    """申诉复核: whether it counts."""

    answer = forms.CharField(
        label=_("Words to whoever rated"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when the rating does not count: they read why."),
    )
    note = _note(_("Remark"))
    needs: ClassVar = {"unfounded": ("answer",)}


class MendForm(StepForm):
    """整改: what was put right."""

    note = _note(_("What was put right"))
    needs: ClassVar = {"done": ("note",)}


class AnswerForm(StepForm):
    """反馈: what the person reads."""

    answer = forms.CharField(
        label=_("Answer to whoever rated"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("They read this under their code; it may be shown with the published results."),
    )


class ConfirmForm(StepForm):
    """办结: whether the service office finds it settled."""

    note = _note(_("Remark"))
    needs: ClassVar = {"again": ("note",)}


CALL_BACK = TaskKind(
    "services.call_back",
    _("Call back and verify"),
    "services.rectify_ratings",
    "verify",
    (
        Outcome("founded", _("The rating is founded"), "primary"),
        Outcome("unreachable", _("Could not be reached: put it right")),
        Outcome("contested", _("Contest it as unfounded"), "danger"),
    ),
    form=CallBackForm,
    done=steps.called_back,
)
JUDGE = TaskKind(
    "services.judge_rating",
    _("Judge a contested rating"),
    "services.judge_ratings",
    "judge",
    (
        Outcome("founded", _("It counts: to be put right"), "primary"),
        Outcome("unfounded", _("It does not count"), "danger"),
    ),
    form=JudgeForm,
    assign=service_office,
    done=steps.judged,
)
MEND = TaskKind(
    "services.rectify",
    _("Put it right"),
    "services.rectify_ratings",
    "rectify",
    (Outcome("done", _("Put right"), "primary"),),
    form=MendForm,
)
ANSWER = TaskKind(
    "services.answer_rating",
    _("Answer whoever rated"),
    "services.rectify_ratings",
    "answer",
    (Outcome("answered", _("Send the answer"), "primary"),),
    form=AnswerForm,
    done=steps.answered,
)
CONFIRM = TaskKind(
    "services.confirm",
    _("Confirm the rectification"),
    "services.judge_ratings",
    "confirm",
    (
        Outcome("settled", _("It is settled"), "primary"),
        Outcome("again", _("Put it right again"), "danger"),
    ),
    form=ConfirmForm,
    assign=service_office,
)
RECTIFICATION = ProcessType(
    key=steps.PROCESS,
    title=_("Rectification of a low rating"),
    application="services",
    start_right="services.rectify_ratings",
    view_right="services.see_ratings",
    stages={
        "verify": _("Calling back"),
        "judge": _("Judging a contest"),
        "rectify": _("Putting right"),
        "answer": _("Answering"),
        "confirm": _("Confirming"),
    },
    tasks=(CALL_BACK, JUDGE, MEND, ANSWER, CONFIRM),
    variables={"outcome": "founded"},
    numbering="services.rating",
)
