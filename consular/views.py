from django.shortcuts import get_object_or_404, render

from consular.models import Office
from embassy.http.caching import public_page
from embassy.views import error_page


def offices_for(request):
    return Office.objects.of(request.mission).live(at=request.instant).with_contacts(at=request.instant)


@public_page
def offices(request):
    return render(request, "consular/offices.html", {"offices": offices_for(request)})


@public_page
def office(request, slug):
    begun = Office.objects.of(request.mission).begun(at=request.instant)
    if get_object_or_404(begun, slug=slug).has_ended(at=request.instant):
        return error_page(request, 410)
    return render(request, "consular/office.html", {"office": get_object_or_404(offices_for(request), slug=slug)})
