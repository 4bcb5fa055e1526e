from operator import itemgetter

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from consular.closures_calendar import closures_calendar
from consular.models import Office
from consular.vcard import vcard
from embassy.http.caching import public_page
from embassy.views import error_page


def offices_for(request):
    return Office.objects.of(request.mission).live(at=request.instant).with_contacts(at=request.instant)


@public_page
def offices(request):
    """The offices that name the place in the query, best match first. Without a place or a match, all offices."""
    found, place = list(offices_for(request)), request.GET.get("place", "").strip()
    ranked = [(office.nearness(place), office) for office in found]
    near = sorted((each for each in ranked if each[0] is not None), key=itemgetter(0))
    serving = [office for _rank, office in near] if place else found
    context = {"offices": serving or found, "place": place, "is_unknown": not serving, "may_be_sought": len(found) > 1}
    return render(request, "consular/offices.html", context)


def shown_while_live(view):
    """View decorator: pass the office on to the view. Before it is live, answer 404; after it has ended, 410."""

    def decorated(request, slug):
        begun = Office.objects.of(request.mission).begun(at=request.instant)
        if get_object_or_404(begun, slug=slug).has_ended(at=request.instant):
            return error_page(request, 410)
        return view(request, get_object_or_404(offices_for(request), slug=slug))

    return decorated


@public_page
@shown_while_live
def office(request, office):
    return render(request, "consular/office.html", {"office": office})


@public_page
@shown_while_live
def office_card(request, office):
    name = f'attachment; filename="{office.slug}.vcf"'
    return HttpResponse(vcard(request, office), "text/vcard; charset=utf-8", headers={"Content-Disposition": name})


@public_page
def closures(request):
    return HttpResponse(closures_calendar(request).to_ical(), "text/calendar; charset=utf-8")
