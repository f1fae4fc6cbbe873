"""A living page of every component, for screenshots and for whoever builds a page. Never in production."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.clock import now


class SpecimenForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label=_("Title"), help_text=_("One short sentence."), max_length=40)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", "—"), ("road", _("Road")), ("lamp", _("Street lamp"))],
    )
    severity = forms.ChoiceField(
        label=_("Severity"),
        widget=forms.RadioSelect,
        choices=[("1", _("Urgent")), ("2", _("Normal"))],
    )
    text = forms.CharField(label=_("Description"), widget=forms.Textarea, required=False)
    photo = forms.FileField(label=_("Photo"), required=False)
    agree = forms.BooleanField(label=_("I have read the notice"))


def show(request: HttpRequest) -> HttpResponse:
    """The page; ``?face=desk`` shows it as staff see it, ``?faulty`` with a refused form."""
    if "messages" in request.GET:
        messages.success(request, _("The report was sent."))
        messages.error(request, _("The photo is larger than 10 MB. Choose a smaller one."))
    states = ["done", "done", "now", "", "", "", ""]
    titles = [
        _("Collect"),
        _("File"),
        _("Dispatch"),
        _("Handle"),
        _("Feed back"),
        _("Verify"),
        _("Close"),
    ]
    context = {
        "page_title": _("Components"),
        "form": SpecimenForm({"title": "x" * 60} if "faulty" in request.GET else None),
        "steps": [{"title": title, "state": state} for title, state in zip(titles, states, strict=True)],
        "now": now(),
        "chart": _chart(),
        "breadcrumb": [("/", _("Front page")), ("/style/", _("Components"))],
    }
    face = "desk" if request.GET.get("face") == "desk" else "portal"
    return render(request, f"web/specimen_{face}.html", context)


def _chart() -> dict[str, Any]:
    days = ["11-17", "11-18", "11-19", "11-20", "11-21", "11-22", "11-23"]
    bars = [{"value": value, "link": f"/style/?day={day}"} for day, value in zip(days, BARS, strict=True)]
    return {
        "xAxis": {"type": "category", "data": days},
        "yAxis": {"type": "value"},
        "legend": {"show": True},
        "tooltip": {"trigger": "axis"},
        "series": [
            {"type": "bar", "name": str(_("Filed")), "data": bars},
            {"type": "line", "name": str(_("Closed")), "data": [value - 5 for value in BARS]},
        ],
    }


def process(_request: HttpRequest) -> HttpResponse:
    """A small drawn process."""
    return HttpResponse(PROCESS, content_type="application/xml")


BARS = (42, 51, 38, 47, 60, 22, 19)
PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="specimen"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
 xmlns:di="http://www.omg.org/spec/DD/20100524/DI">
<process id="p" isExecutable="true"><startEvent id="start"/><userTask id="file" name="立案"/>
<userTask id="dispatch" name="派遣"/><endEvent id="end"/>
<sequenceFlow id="a" sourceRef="start" targetRef="file"/><sequenceFlow id="b" sourceRef="file" targetRef="dispatch"/>
<sequenceFlow id="c" sourceRef="dispatch" targetRef="end"/></process>
<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p">
<bpmndi:BPMNShape id="s1" bpmnElement="start"><dc:Bounds x="100" y="122" width="36" height="36"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="s2" bpmnElement="file"><dc:Bounds x="190" y="100" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="s3" bpmnElement="dispatch"><dc:Bounds x="350" y="100" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="s4" bpmnElement="end"><dc:Bounds x="510" y="122" width="36" height="36"/></bpmndi:BPMNShape>
<bpmndi:BPMNEdge id="e1" bpmnElement="a"><di:waypoint x="136" y="140"/><di:waypoint x="190" y="140"/></bpmndi:BPMNEdge>
<bpmndi:BPMNEdge id="e2" bpmnElement="b"><di:waypoint x="290" y="140"/><di:waypoint x="350" y="140"/></bpmndi:BPMNEdge>
<bpmndi:BPMNEdge id="e3" bpmnElement="c"><di:waypoint x="450" y="140"/><di:waypoint x="510" y="140"/></bpmndi:BPMNEdge>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"""
