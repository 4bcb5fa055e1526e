from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsularConfig(AppConfig):
    name = "consular"
    verbose_name = _("Consular section")
    # The page cache always has a good copy of these pages (embassy/http/page_cache/renewal.py).
    always_at_hand = ["offices"]
