"""The page on which users choose the mails that they get from the desk."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from statements.models import MailWish


class MailWishForm(forms.ModelForm):
    class Meta:
        model = MailWish
        fields = ["handed_in", "given_back", "approved", "soon", "published", "could_not", "language"]


@admin.site.admin_view
@require_http_methods(["GET", "HEAD", "POST"])
def mail_wishes(request):
    known = MailWish.objects.filter(user=request.user.pk).first()
    wish = known or MailWish(user_id=request.user.pk, language=get_language())
    form = MailWishForm(request.POST if request.method == "POST" else None, instance=wish)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved. This is what the desk tells you by mail from now on."))
        return redirect("mail_wishes")
    context = {
        **admin.site.each_context(request),
        "title": _("Mail from the desk"),
        "form": form,
        "sends_mail": settings.STAFF_MAIL,
        "mails_to": request.user.email,
    }
    return render(request, "account/mail_wishes.html", context)
