"""Files on their way out: one gate, at which the public gets what a live edition attaches, and nothing else."""

from urllib.parse import unquote

from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response

from embassy.public import public_page
from statements.invitations import between_us
from statements.models import Attachment, Document

# Whatever a browser makes of the file, it may do nothing in our name.
POLICY = "default-src 'none'; sandbox"


@public_page
def attachment(request, key, name):
    """The version that the live edition has at this fixed address; under any other name, the way there.

    Kept copies are asked about before each use, as pages are: the next version stands at the same address.
    """
    found = get_object_or_404(Attachment.objects.of(request.mission).live(at=request.instant), key=key)
    if request.path != unquote(found.get_absolute_url()):
        return HttpResponseRedirect(found.get_absolute_url())
    etag = f'"{found.document.digest}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged:
        return unchanged
    response = handed_over(found.document, found.filename)
    response.headers["ETag"] = etag
    return response


@between_us
def preview_attachment(request, invitation, key, name):
    """A file of the edition, while its preview is open."""
    edition = invitation.edition
    found = edition.attachments.filter(key=key).first()
    if found is None or edition.has_been_public(at=request.instant):
        raise Http404("The preview has no such file.")
    return handed_over(found.document, found.filename)


def handed_over(document: Document, filename: str) -> FileResponse:
    """The document as a download, not yet said for how long it may be kept. Whether somebody may have it is not asked.

    Raises Http404 when its bytes are gone.
    """
    try:
        content = document.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404("The file is gone.") from missing
    response = FileResponse(content, as_attachment=True, filename=filename, content_type=document.content_type)
    response.headers["Content-Security-Policy"] = POLICY
    # It is packed already: to pack it again would cost time, and its length would not be known before.
    response.headers["Content-Encoding"] = "identity"
    return response
