from django.urls import path

from incidents import views

urlpatterns = [
    path("", views.incidents, name="incidents"),
    path("<slug:slug>/", views.incident, name="incident"),
]
