"""The addresses below ``/linked-art/``."""

from django.urls import path

from yicheng.apps.heritage.connectors.linked_art import views

app_name = "linked_art"
urlpatterns = [
    path("object/<str:number>", views.one_object, name="object"),
    path("place/<str:number>", views.one_place, name="place"),
]
