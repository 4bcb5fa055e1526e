from django.urls import path

from consular import views

urlpatterns = [
    path("", views.offices, name="offices"),
    path("<slug:slug>/", views.office, name="office"),
]
