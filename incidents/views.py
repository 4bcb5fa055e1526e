from django.http import Http404
from django.shortcuts import get_object_or_404, render

from embassy.http.caching import public_page
from embassy.views import error_page
from incidents.models import Incident
from statements.models import Edition


@public_page
def incidents(request):
    counters = Incident.objects.banners(request.mission, at=request.instant)
    return render(request, "incidents/incidents.html", {"incidents": counters})


@public_page
def incident(request, slug):
    # Ask in one query, so that the answer for a secret counter takes as long as for one that does not exist.
    begun = Incident.objects.of(request.mission).begun_on(request.mission.today(request.instant), at=request.instant)
    found = get_object_or_404(begun, slug=slug, has_page=True)
    if found.has_ended(at=request.instant):
        return error_page(request, 410)
    if not found.is_shown(at=request.instant):
        raise Http404("The counter is not shown yet.")
    editions = Edition.objects.for_visitor(request).filter(statement__incidents=found).newest()
    return render(
        request,
        "incidents/incident.html",
        {"incident": found, "editions": editions.select_related("statement__kind").defer("body")},
    )
