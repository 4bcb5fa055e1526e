"""Addresses of the desk that belong to no model."""

from django.urls import path

from statements.staff_mail.views import mail_wishes

urlpatterns = [path("account/mail/", mail_wishes, name="mail_wishes")]
