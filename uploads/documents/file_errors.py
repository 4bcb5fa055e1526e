"""Errors for refused files. Each message gives the reason and what to do."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "unknown": _("This file cannot be attached. Choose a PDF, DOCX, ODT, JPEG, PNG or WebP file."),
    "misnamed": _(
        "The name ends in “.%(extension)s”, but what is in the file is of the kind “%(kind)s”. Make sure that it "
        "is the right file, then let its name end in “.%(kind)s”."
    ),
    "damaged": _("The file is damaged or incomplete. Save it again, then choose it again."),
    "too_large": _("The file is larger than 25 MB. Save it smaller, or split it."),
    "bomb": _("The file unpacks to far more than its size. Save it again, for instance as a PDF."),
    "locked": _("The file is protected by a password, or encrypted. Save it without protection."),
    "active": _("The file holds a macro or a script, which would run on the readers’ machines. Save it without."),
    "nested": _("There are other files inside this one. Save it without them, and attach each by itself."),
    "charted": _(
        "Readers could open the whole workbook behind a chart in this file. Cut the chart and paste it as a picture, "
        "or save the file as PDF."
    ),
    "two_in_one": _("The file is two kinds of file at once, or something follows after its end. Save it again."),
    "calls_out": _(
        "The file fetches something from elsewhere when it is opened. Put that into the file, or take it out."
    ),
    "animated": _("The picture is animated. Choose one that does not move."),
}


class RefusedFile(ValidationError):
    def __init__(self, code: str, **params: str):
        super().__init__(MESSAGES[code], code=code, params=params)
