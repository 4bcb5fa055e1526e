"""The newsroom's words, one file a subject."""

from statements.models.attachment import Attachment, Document
from statements.models.deed import Deed
from statements.models.edition import Edition
from statements.models.entry import Entry, Hit, Word
from statements.models.filing import Filing
from statements.models.invitation import Invitation, Viewing
from statements.models.moves import WrongMove
from statements.models.picture import Figure, Picture
from statements.models.ping import Ping
from statements.models.release import Release
from statements.models.source import Source
from statements.models.statement import Statement
from statements.models.subject import Kind, Speaker, Topic
from statements.models.tally import Ledger, Tally

__all__ = [
    "Attachment",
    "Deed",
    "Document",
    "Edition",
    "Entry",
    "Figure",
    "Filing",
    "Hit",
    "Invitation",
    "Kind",
    "Ledger",
    "Picture",
    "Ping",
    "Release",
    "Source",
    "Speaker",
    "Statement",
    "Tally",
    "Topic",
    "Viewing",
    "Word",
    "WrongMove",
]
