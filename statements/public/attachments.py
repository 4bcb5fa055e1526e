"""Downloads of attachments: the public gets only the files of live editions."""

from urllib.parse import unquote

from django.http import Http404, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from embassy.http.caching import public_page
from statements.models import Attachment, Document
from statements.public.file_response import file_response
from statements.public.previews import invitation_required


@public_page
def attachment(request, key, name):
    """A file of a live edition. Caches must revalidate: a correction may change the file, but keeps its address.

    An address with a wrong name redirects to the right one.
    """
    found = get_object_or_404(Attachment.objects.of(request.mission).live(at=request.instant), key=key)
    if request.path != unquote(found.get_absolute_url()):
        return HttpResponseRedirect(found.get_absolute_url())
    return downloaded(request, found.document, found.filename)


@invitation_required
def preview_attachment(request, invitation, key, name):
    edition = invitation.edition
    found = edition.attachments.filter(key=key).first()
    if found is None or edition.has_been_public(at=request.instant):
        raise Http404("The preview has no such file.")
    return downloaded(request, found.document, found.filename)


def downloaded(request, document: Document, filename: str) -> HttpResponseBase:
    """The document as a download. Does not check permissions."""
    return file_response(request, document.file, document.digest, document.content_type, filename)
