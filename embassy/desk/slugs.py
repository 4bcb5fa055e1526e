"""Makes slugs from labels, so that editors need not invent them (embassy/db/addressed.py)."""

from django.utils.translation import gettext_lazy as _

from embassy.desk.base import MissionContentAdmin, MissionContentForm, NoBulkDeletion


class SlugForm(MissionContentForm):
    """A form for a row with a page of its own. An empty slug is made from the label in the field `named_by`."""

    named_by = "title"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "The last part of the page’s address on the web, in small Latin letters, digits and hyphens. Leave it "
                "empty to have it made from the words above. Once readers may know the address, it no longer changes."
            )
        if "live_until" in self.fields:
            self.fields["live_until"].help_text = _(
                "Readers have seen this, so it cannot be deleted: links to its page would break. To take the page "
                "away, set “live until”."
            )

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        # Until the row is public, a slug that was made from the label is made again with each save: the label, the
        # minute or the other rows may have changed.
        kept = self.instance.pk is not None and "slug" not in self.changed_data
        if kept and "slug" in cleaned and self.instance.has_slug_of(getattr(self.instance, self.named_by)):
            cleaned["slug"] = ""
        return cleaned

    def clean_live_from(self):
        live_from = self.cleaned_data["live_from"]
        if self.instance.pk is not None:
            self.instance.check_beginning(live_from, at=self.instance.seen_at)
        return live_from


class PermanentAddress(NoBulkDeletion):
    """ModelAdmin mixin: once a row has been public (`has_begun`), its slug is fixed and the row cannot be deleted."""

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "slug"] if obj is not None and obj.has_begun(at=request.instant) else fields

    def has_delete_permission(self, request, obj=None):
        begun = obj is not None and obj.has_begun(at=request.instant)
        return not begun and super().has_delete_permission(request, obj)


class SlugAdmin(PermanentAddress, MissionContentAdmin):
    form = SlugForm

    def save_model(self, request, obj, form, change):
        if form.cleaned_data.get("slug") == "":
            obj.take_slug(form.cleaned_data[form.named_by], at=request.instant)
        super().save_model(request, obj, form, change)
