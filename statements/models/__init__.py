"""The models of the newsroom. Each module holds one model, or a few that belong together."""

from statements.knocks.records import Alarm, Knock, NotFound
from statements.models.attachment import Attachment, Document
from statements.models.bin import Deletion
from statements.models.edition import Edition
from statements.models.event import EditionEvent, Remark
from statements.models.filing import Filing
from statements.models.import_source import Source
from statements.models.invitation import Invitation, Viewing
from statements.models.lists.counts import StoredCount, Watermark
from statements.models.lists.list_index import ListIndexEntry
from statements.models.old_address import OldAddress
from statements.models.page import Page, Place
from statements.models.picture import Figure, Picture
from statements.models.release import AllLanguages, Release
from statements.models.search.known_words import Word
from statements.models.search.search_index import Hit, SearchEntry
from statements.models.slot import Slot
from statements.models.statement import Statement
from statements.models.taxonomy import Kind, Speaker, Topic
from statements.models.websub_ping import Ping
from statements.models.workflow import WrongMove
from statements.staff_mail.wishes import MailWish, Told

__all__ = [
    "Alarm",
    "AllLanguages",
    "Attachment",
    "Deletion",
    "Document",
    "Edition",
    "EditionEvent",
    "Figure",
    "Filing",
    "Hit",
    "Invitation",
    "Kind",
    "Knock",
    "ListIndexEntry",
    "MailWish",
    "NotFound",
    "OldAddress",
    "Page",
    "Picture",
    "Ping",
    "Place",
    "Release",
    "Remark",
    "SearchEntry",
    "Slot",
    "Source",
    "Speaker",
    "Statement",
    "StoredCount",
    "Told",
    "Topic",
    "Viewing",
    "Watermark",
    "Word",
    "WrongMove",
]
