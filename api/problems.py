"""Error responses, in the language of the address."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.translation import gettext as _

from embassy.http.json_ld import HARMLESS


class Refused(Exception):
    """A request is refused. `parameters` contains, for each invalid parameter, a list of errors."""

    def __init__(self, parameters: dict[str, list[str]]):
        super().__init__(parameters)
        self.parameters = parameters


def problem(status: int, detail: str, parameters: dict | None = None, **more) -> HttpResponse:
    said = {"detail": detail, "parameters": parameters or {}, **more}
    told = json.dumps(said, ensure_ascii=False, cls=DjangoJSONEncoder)
    # Escape HTML: the text may repeat a parameter, which an attacker may have written into a link.
    response = HttpResponse(told.translate(HARMLESS), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def refused(parameters: dict[str, list[str]]) -> HttpResponse:
    return problem(422, _("The parameters are not valid."), parameters)


def nothing() -> HttpResponse:
    return problem(404, _("There is nothing at this address."))
