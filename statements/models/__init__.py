"""The newsroom's words, one file a subject."""

from statements.models.attachment import Attachment, Document
from statements.models.deed import Deed
from statements.models.edition import Edition
from statements.models.invitation import Invitation, Viewing
from statements.models.moves import WrongMove
from statements.models.picture import Figure, Picture
from statements.models.ping import Ping
from statements.models.release import Release
from statements.models.source import Source
from statements.models.statement import Statement
from statements.models.subject import Kind, Speaker, Topic

__all__ = [
    "Attachment",
    "Deed",
    "Document",
    "Edition",
    "Figure",
    "Invitation",
    "Kind",
    "Picture",
    "Ping",
    "Release",
    "Source",
    "Speaker",
    "Statement",
    "Topic",
    "Viewing",
    "WrongMove",
]
