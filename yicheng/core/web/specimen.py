"""A living page of every component, for screenshots and for whoever builds a page. Never in production.

Its words are samples of what the city writes, so they are Chinese and not in the catalogue.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yicheng.core.kernel.clock import now


class SpecimenForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="标题", help_text="用一句话概括。", max_length=40)
    kind = forms.ChoiceField(
        label="类型",
        choices=[("", "—"), ("road", "道路"), ("lamp", "路灯")],
    )
    severity = forms.ChoiceField(
        label="紧急程度",
        widget=forms.RadioSelect,
        choices=[("1", "紧急"), ("2", "一般")],
    )
    text = forms.CharField(label="描述", widget=forms.Textarea, required=False)
    photo = forms.FileField(label="照片", required=False)
    agree = forms.BooleanField(label="我已阅读须知")


def show(request: HttpRequest) -> HttpResponse:
    """The page; ``?face=desk`` shows it as staff see it, ``?faulty`` with a refused form."""
    if "messages" in request.GET:
        messages.success(request, "上报已提交。")
        messages.error(request, "照片超过 10 MB，请选择小一些的。")
    states = ["done", "done", "now", "", "", "", ""]
    titles = [
        "信息收集",
        "案件立案",
        "任务派遣",
        "任务处置",
        "处置反馈",
        "核查",
        "结案",
    ]
    context = {
        "page_title": "组件",
        "form": SpecimenForm({"title": "x" * 60} if "faulty" in request.GET else None),
        "steps": [{"title": title, "state": state} for title, state in zip(titles, states, strict=True)],
        "now": now(),
        "chart": _chart(),
        "breadcrumb": [("/", "首页"), ("/style/", "组件")],
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
            {"type": "bar", "name": "已立案", "data": bars},
            {"type": "line", "name": "已结案", "data": [value - 5 for value in BARS]},
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
