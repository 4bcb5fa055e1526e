from django.urls import path

from consular import views

urlpatterns = [
    path("", views.offices, name="offices"),
    path("closures.ics", views.closures, name="closures"),
    path("<slug:slug>.vcf", views.office_card, name="office_card"),
    path("<slug:slug>/", views.office, name="office"),
]
