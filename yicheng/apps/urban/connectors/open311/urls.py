"""The standard's addresses below ``/open311/v2/``."""

from django.urls import path

from yicheng.apps.urban.connectors.open311 import views

app_name = "open311"
urlpatterns = [
    path("", views.discovery, {"form": "xml"}, name="root"),
    path("discovery.<str:form>", views.discovery),
    path("services.<str:form>", views.services),
    path("services/<str:code>.<str:form>", views.service),
    path("requests.<str:form>", views.requests, name="requests"),
    path("requests/<str:number>.<str:form>", views.one_request),
    path("tokens/<str:token>.<str:form>", views.token),
]
