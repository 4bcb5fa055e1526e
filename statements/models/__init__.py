"""The models of the newsroom, one module for each."""

from statements.models.attachment import Attachment, Document
from statements.models.counts import Ledger, Tally
from statements.models.edition import Edition
from statements.models.event import Deed
from statements.models.import_source import Source
from statements.models.invitation import Invitation, Viewing
from statements.models.list_index import Filing
from statements.models.picture import Figure, Picture
from statements.models.release import Release
from statements.models.search_index import Entry, Hit, Word
from statements.models.statement import Statement
from statements.models.taxonomy import Kind, Speaker, Topic
from statements.models.websub_ping import Ping
from statements.models.workflow import WrongMove

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
