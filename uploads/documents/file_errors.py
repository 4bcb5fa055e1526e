"""Errors for refused files. Each message gives the reason and what to do."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class RefusedFile(ValidationError):
    pass


def unknown() -> RefusedFile:
    return RefusedFile(
        _("This is no file that can be attached. Choose a PDF, DOCX, ODT, JPEG, PNG or WebP file."), code="unknown"
    )


def misnamed(extension: str, kind: str) -> RefusedFile:
    return RefusedFile(
        _(
            "The name ends in “.%(extension)s”, but what is in the file is of the kind “%(kind)s”. Make sure that it "
            "is the right file, then let its name end in “.%(kind)s”."
        ),
        code="misnamed",
        params={"extension": extension, "kind": kind},
    )


def damaged() -> RefusedFile:
    return RefusedFile(_("The file is damaged or cut off. Save it anew and choose it again."), code="damaged")


def too_large() -> RefusedFile:
    return RefusedFile(_("The file is larger than 25 MB. Save it smaller, or split it."), code="too_large")


def bomb() -> RefusedFile:
    return RefusedFile(
        _("The file unpacks to far more than it seems to hold. Save it anew, as a PDF for instance."), code="bomb"
    )


def locked() -> RefusedFile:
    return RefusedFile(
        _("The file is protected by a password, or encrypted. Save it without protection."), code="locked"
    )


def active() -> RefusedFile:
    return RefusedFile(
        _("The file holds a macro or a script, which would run on the readers’ machines. Save it without."),
        code="active",
    )


def nested() -> RefusedFile:
    return RefusedFile(
        _("There are other files inside this one. Save it without them, and attach each by itself."), code="nested"
    )


def two_in_one() -> RefusedFile:
    return RefusedFile(
        _("The file is two kinds of file at once, or something hangs on behind its end. Save it anew."),
        code="two_in_one",
    )


def calls_out() -> RefusedFile:
    return RefusedFile(
        _("The file fetches something from elsewhere when it is opened. Put that into the file, or take it out."),
        code="calls_out",
    )


def moving() -> RefusedFile:
    return RefusedFile(_("The picture moves. Choose one that stands still."), code="animated")
