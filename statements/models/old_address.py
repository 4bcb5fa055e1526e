"""The addresses on the old site that lead to texts."""

from collections.abc import Iterable
from unicodedata import normalize
from urllib.parse import quote, unquote_to_bytes

from django.db import models
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import ContentQuerySet
from embassy.models import Mission
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
    """The key of the old address. It is made anew whenever the address is saved."""

    def pre_save(self, model_instance, add):
        path, _mark, query = model_instance.address.partition("?")
        key = legacy_key(folded(path), map(folded, query.split("&")))
        setattr(model_instance, self.attname, key)
        return key

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class OldAddress(models.Model):
    """An address on the old site. It leads to the statement's text in this language, once that text is public."""

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="old_addresses")
    language = models.CharField(_("language"), max_length=12)
    address = models.CharField(_("address on the old site"), max_length=ADDRESS_LENGTH)
    # Escapes and composed characters can make a key three times as long as its address.
    key = LegacyKeyField(max_length=3 * ADDRESS_LENGTH, editable=False)
    # Whether this is the link that an imported text had. A foreign entry with the same link is the same text, even if
    # it has another identifier now.
    is_link = models.BooleanField(default=False, editable=False)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        ordering = ["pk"]
        indexes = [models.Index(fields=["mission", "key"], name="statements_oldaddress_key")]
        constraints = [
            models.UniqueConstraint(fields=["mission", "address"], name="statements_oldaddress_one_a_mission"),
        ]

    def __str__(self):
        return self.address
