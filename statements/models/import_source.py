"""The sources of imported texts, and their addresses on the old site."""

from collections.abc import Iterable
from unicodedata import normalize
from urllib.parse import quote, unquote_to_bytes

from django.db import models
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import ContentQuerySet
from embassy.models import Mission
from statements.models.edition import Edition
from statements.models.statement import Statement

# Characters at the end of an address that a mail or a chat may have added. The last four are a no-break space, and
# characters without width.
PUNCTUATION = " /.,;:!?&=#%()[]{}<>|*_~^`'\"-–—…‘’‚‹›“”„«»،؛؟。、，；：！？（）「」『』《》\u00a0\u200b\u200e\u200f"
ADDRESS_LENGTH = 500


def folded(part: str | bytes) -> str:
    """The path or a parameter of an old address, in lower case, without slashes and punctuation at its end."""
    # Some old sites have addresses in other encodings than UTF-8. Bytes that are not UTF-8 stay as they are.
    text = unquote_to_bytes(part).decode(errors="surrogateescape")
    return quote(normalize("NFC", text.lower()).rstrip(PUNCTUATION), safe="/=[]", errors="surrogateescape")


def legacy_key(path: str, parameters: Iterable[str]) -> str:
    """The key of an old address whose parts are folded. The order of the parameters does not matter."""
    query = "&".join(sorted(filter(None, parameters)))
    return f"{path}?{query}" if query else path


class LegacyKeyField(models.CharField):
    """The key of the source's old address. It is made anew whenever the source is saved."""

    def pre_save(self, model_instance, add):
        key = None
        if address := model_instance.legacy_url:
            path, _mark, query = address.partition("?")
            key = legacy_key(folded(path), map(folded, query.split("&")))
        setattr(model_instance, self.attname, key)
        return key

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class Source(models.Model):
    """The origin of an imported text: the sender's identifier, and the address on the old site."""

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    identifier = models.CharField(_("sender’s identifier"), max_length=200)
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="sources")
    language = models.CharField(_("language"), max_length=12)
    # The edition that the last import made or found. If the next import brings the same text again, it changes
    # nothing, even if staff have corrected the text since.
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    legacy_url = models.CharField(_("address on the old site"), max_length=ADDRESS_LENGTH, null=True, blank=True)
    # Escapes and composed characters can make a key three times as long as its address.
    legacy_key = LegacyKeyField(max_length=3 * ADDRESS_LENGTH, null=True, editable=False)
    digest = models.CharField(max_length=64)
    # The last import that read this identifier, and the number of the line. So an import can refuse a second line with
    # the same identifier.
    seen_in = models.CharField(max_length=32)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        indexes = [models.Index(fields=["mission", "legacy_key"], name="statements_source_legacy_key")]
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "identifier"], name="statements_source_one_identifier_a_mission"
            ),
            models.UniqueConstraint(
                fields=["mission", "legacy_url"], name="statements_source_one_legacy_url_a_mission"
            ),
        ]

    def __str__(self):
        return self.identifier
