"""Answers that say, in the language of the address, why something could not be told."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.translation import gettext as _

from embassy.http.json_ld import HARMLESS


class Refused(Exception):
    """What was asked for cannot be answered: what is wrong with which parameter."""

    def __init__(self, parameters: dict[str, list[str]]):
        super().__init__(parameters)
        self.parameters = parameters


def problem(status: int, detail: str, parameters: dict | None = None, **more) -> HttpResponse:
    """An answer that says what is wrong."""
    said = {"detail": detail, "parameters": parameters or {}, **more}
    told = json.dumps(said, ensure_ascii=False, cls=DjangoJSONEncoder)
    # It may repeat what was asked, which may have been meant for a browser.
    response = HttpResponse(told.translate(HARMLESS), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def refused(parameters: dict[str, list[str]]) -> HttpResponse:
    return problem(422, _("The parameters cannot be followed."), parameters)


def nothing() -> HttpResponse:
    return problem(404, _("There is nothing at this address."))
