"""The workflow of an edition. Each move checks its conditions and is recorded; a refusal says what to do instead.

Draft → in review → approved. The state of an approved edition (scheduled, live, replaced, withdrawn, ended) is not
stored: it follows from the interval, the reason for a withdrawal and the corrections. `by` is the user who makes the
move, None for an import; `now` is the instant of the move.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from statements.models.bin import Deletion
from statements.models.edition_fields import EditionFields
from statements.models.statement import Statement
from statements.models.typing_errors import are_typing_errors


class WrongMove(ValidationError):
    """A move that an edition cannot make now. The message says what to do instead."""


# The acts that make somebody an author of the edition.
WRITING = ("began", "wrote")
# All instants are whole minutes, so an edition is live for at least one minute.
MINUTE = timedelta(minutes=1)


class Workflow(EditionFields):
    class Meta:
        abstract = True

    @transaction.atomic
    def write(self, by, now: datetime):
        """Save what `by` has written. An edition in review goes back to draft if its text has changed."""
        self.changed_by, self.changed_at = by, now
        self.save()
        self.record("wrote", by, now)
        self._record_return(by, now)

    @transaction.atomic
    def submit(self, by, now: datetime):
        statement = self._lock()
        if not self.is_draft:
            raise WrongMove(_("Only a draft can be handed in. This edition is no longer a draft."))
        self._check_correction(statement, now)
        self._set_status(self.Status.REVIEW)
        self.record("submitted", by, now)

    @transaction.atomic
    def return_to_draft(self, by, note: str, now: datetime):
        """Return the edition to draft, with a note on what is missing. The user who submitted it needs no note."""
        self._lock()
        if not self.is_in_review:
            raise WrongMove(_("Only an edition in review can be given back."))
        if not note.strip() and not self.was_submitted_by(by):
            raise WrongMove(_("Say what is missing, so that the authors know what to do."))
        self._set_status(self.Status.DRAFT)
        self.record("cancelled" if self.was_submitted_by(by) else "returned", by, now, note=note)

    @transaction.atomic
    def approve(self, by, live_from: datetime, now: datetime, *, override="", seen="", released=False):
        """Approve exactly this text; from `live_from` on it replaces the edition that is live then.

        If `by` has written in the edition, `override` must give a reason. `seen` is the fingerprint of the text that
        the approver has read. An import approves a draft without review.
        """
        statement = self._lock()
        self.check_release(released)
        self.check_not_approved()
        if by is not None:
            self._check_review(by, override, seen)
        self.approved_by, self.override_reason = by, override.strip()
        self.take_interval(statement, live_from)
        statement.take_place(now)
        self.refresh_from_db()
        self.record("approved", by, now, note=override, live_from=live_from)

    @transaction.atomic
    def reschedule(self, by, live_from: datetime, now: datetime, *, released=False):
        statement = self._lock()
        self.check_release(released)
        self._check_waiting(now)
        self._check_no_newer_draft(statement)
        self._give_up_interval(statement)
        self.take_interval(statement, live_from)
        statement.take_place(now)
        self.refresh_from_db()
        self.record("rescheduled", by, now, live_from=live_from)

    @transaction.atomic
    def cancel(self, by, now: datetime, *, note="", released=False):
        """Take a scheduled edition back to draft, with a note for its authors; the live edition stays live."""
        statement = self._lock()
        self.check_release(released)
        self._check_waiting(now)
        if by is not None and not note.strip() and not self.was_submitted_by(by):
            raise WrongMove(_("Say why, so that the authors know what to do."))
        self._check_no_newer_draft(statement)
        self._give_up_interval(statement)
        self.approved_by, self.override_reason = None, ""
        self._set_status(self.Status.DRAFT)
        statement.take_place(now)
        self.refresh_from_db()
        self.record("cancelled", by, now, note=note)

    @transaction.atomic
    def withdraw(self, by, reason: str, at: datetime, now: datetime | None = None):
        """Withdraw the live edition, with a public reason. If it began in this minute, it ends one minute later."""
        statement = self._lock()
        if not reason.strip():
            raise WrongMove(_("Say why: readers who come to the page will be told the reason."))
        if self.is_approved and self.live_from == at == (now or at):
            at += MINUTE
        if self.live_from is None or self.live_from >= at:
            raise WrongMove(_("This has not been public yet. Take it back to draft instead."))
        if not self.is_live(at=at):
            raise WrongMove(_("This edition is not public at that minute, so it cannot be withdrawn then."))
        if self._siblings(statement).approved().filter(live_from__gt=at).exists():
            raise WrongMove(_("A correction is scheduled to take over. Take the correction back to draft first."))
        self.live_until, self.withdrawn_reason, self.withdrawn_by = at, reason.strip(), by
        self.save()
        statement.reindex(now)
        self.record("withdrew", by, now or at, note=reason, live_until=at)

    @transaction.atomic
    def withhold(self, by, reason: str, now: datetime):
        self._lock()
        if not reason.strip():
            raise WrongMove(_("Say why: readers of the record will find the reason in place of the text."))
        if self.withheld_reason:
            raise WrongMove(_("This edition is withheld already."))
        if self.state(at=now) not in ("replaced", "ended"):
            raise WrongMove(_("Only an edition that has been replaced can be withheld. If it is live, withdraw it."))
        self.withheld_reason, self.withheld_from = reason.strip(), now
        self.save()
        self.record("withheld", by, now, note=reason)

    @transaction.atomic
    def new_edition(self, by, now: datetime):
        statement = self._lock()
        self.check_correctable(by, now)
        if self._siblings(statement).unfinished().exists():
            raise WrongMove(_("This statement already has a draft in this language. Continue with that draft."))
        draft = type(self)(statement=statement, changed_by=by, changed_at=now)
        draft.corrects = self
        for name in ("language", "title", "lead", "body", "place"):
            setattr(draft, name, getattr(self, name))
        draft.save()
        for part in [*self.figures.all(), *self.attachments.all()]:
            part.copy_for(draft).save()
        draft.record("began", by, now)
        return draft

    @transaction.atomic
    def look_again(self, by, now: datetime):
        self._lock()
        if not self.override_reason or self.looked_again_by_id:
            raise WrongMove(_("This edition is not waiting to be looked at again."))
        if by == self.approved_by or self.has_written(by):
            raise WrongMove(_("Somebody who has neither written nor approved it must look at it."))
        self.looked_again_by = by
        self.save()
        self.record("looked_again", by, now)

    @transaction.atomic
    def discard(self, by, now: datetime) -> Deletion | None:
        """Put the edition into the bin. Delete it for good if only `by` has written it and nobody submitted it."""
        self._lock()
        if self.is_approved or self.is_work_of(by):
            # For an approved edition, this raises WrongMove.
            self.delete()
            return None
        return self.put_into(Deletion.begin(self.mission, by, now), by, now)

    def put_into(self, deletion: Deletion, by, now: datetime) -> Deletion:
        self.deletion = deletion
        self.save()
        self.record("deleted", by, now)
        return deletion

    def bring_back(self, by, now: datetime):
        """Take the edition out of the bin, as it was. Deletion.undo() calls this for each of its editions."""
        statement = self._lock_statement()
        siblings = self._siblings(statement)
        if siblings.unfinished().exists():
            raise WrongMove(
                _("Another draft of “%(title)s” in this language has been begun. Delete that one first."),
                params={"title": self.title},
            )
        Statement.everything.filter(pk=statement.pk).update(deletion=None)
        self.deletion = None
        newest = siblings.approved().order_by("live_from").last()
        if newest and newest != self.corrects:
            # This edition now corrects the one that was published meanwhile, so it may need another change note.
            self.corrects, self.status = newest, self.Status.DRAFT
        if self.release and self.release.live_from:
            # The other editions of the joint release have been approved without it.
            self.release = None
        self.save()
        self.record("restored", by, now)

    def record(self, act: str, by, now: datetime, **told):
        event = self.event(act, by, now, **told)
        event.save()
        return event

    def event(self, act: str, by, now: datetime, *, note="", live_from=None, live_until=None):
        """An entry of the history that has not been saved yet."""
        return self.events.model(
            edition=self,
            act=act,
            by=by,
            by_name=by.get_username() if by else "",
            at=now,
            note=note.strip(),
            live_from=live_from,
            live_until=live_until,
        )

    def has_written(self, user) -> bool:
        return self.events.of_writing().filter(by=user).exists()

    def is_work_of(self, user) -> bool:
        """Whether only this user has written the edition, and nobody has done anything else with it."""
        return self.has_written(user) and not self.events.exclude(by=user, act__in=WRITING).exists()

    def was_submitted_by(self, user) -> bool:
        last = self.events.filter(act="submitted").last()
        return last is not None and user is not None and last.by_id == user.pk

    @property
    def sent_back(self):
        return self.events.that_sent_back().select_related("by").last()

    def has_begun_beside(self, *, at: datetime) -> bool:
        return self._siblings(self.statement).approved().filter(live_from=at).exists()

    def check_release(self, released=False):
        if self.release_id and not released:
            raise WrongMove(
                _(
                    "This edition is part of a joint release. Open the joint release, and do this for all of its "
                    "editions."
                )
            )

    def check_not_approved(self):
        if self.is_approved:
            raise WrongMove(_("This edition has been approved already. Make a new edition to correct it."))

    def check_correctable(self, by, now: datetime):
        if not self.is_approved:
            raise WrongMove(_("This is still a draft. Change the draft itself."))
        if by is not None and not self.has_been_public(at=now):
            raise WrongMove(_("This is scheduled and not public yet. To change it, take it back to draft."))

    def _record_return(self, by, now):
        """If `by` has changed a text that another user submitted, record that `by` returned it."""
        turn = self.events.turns().last()
        if self.is_draft and turn is not None and turn.act == "submitted" and turn.by_id != (by and by.pk):
            self.record("returned", by, now)

    def _lock(self) -> Statement:
        """Lock the statement, so that only one move is made at a time, and reload this edition."""
        statement = self._lock_statement()
        self.refresh_from_db()
        if self.deletion_id:
            raise WrongMove(_("This has been deleted and is in the bin. It can be brought back from there."))
        return statement

    def _lock_statement(self) -> Statement:
        locked = Statement.everything.select_for_update(of=("self",)).select_related("mission")
        return locked.get(pk=self.statement_id)

    def _set_status(self, status):
        self.status = status
        self.save()

    def _siblings(self, statement):
        return statement.editions.filter(language=self.language).exclude(pk=self.pk)

    def _check_correction(self, statement, now):
        live = self._siblings(statement).live(at=now).first()
        if live is None:
            return
        seen = [(edition.words(), edition.body, edition.shows(), edition.attaches()) for edition in (live, self)]
        if seen[0] == seen[1]:
            raise WrongMove(_("This text is the same as the public one. Put right what is wrong, then hand it in."))
        before, after = (words for words, *_beside in seen)
        if not self.change_note.strip() and not self._puts_typing_errors_right(live, before, after):
            raise WrongMove(
                _("Write a change note: readers are told what was put right, and why the text has changed.")
            )

    def _puts_typing_errors_right(self, live, before: list[str], after: list[str]) -> bool:
        """Whether the correction needs no note. A new file needs one, because nobody compares the content of files."""
        files = [{digest for digest, *_about in edition.attaches()} for edition in (live, self)]
        return files[0] == files[1] and are_typing_errors(before, after, self.language)

    def _check_review(self, by, override, seen):
        if not self.is_in_review:
            raise WrongMove(_("This has to be handed in for review first."))
        if seen and seen != self.fingerprint():
            raise WrongMove(_("The text has changed since you opened this page. Read it again, then approve it."))
        if self.has_written(by) and not override.strip():
            raise WrongMove(_("You have written in this edition yourself. Somebody else must approve it."))

    def _check_waiting(self, now):
        if self.live_from is None or self.live_from <= now:
            raise WrongMove(_("Only an edition that is still waiting for its minute can be moved or taken back."))

    def _check_no_newer_draft(self, statement):
        if self._siblings(statement).unfinished().exists():
            raise WrongMove(_("There is a newer draft in this language. Delete that draft first."))

    def take_interval(self, statement, live_from):
        """Save the edition as approved, with its interval. Imports call this for corrections, which have no draft."""
        siblings = self._siblings(statement).approved()
        if siblings.filter(live_from=live_from).exists():
            following = statement.mission.reference.local(live_from + MINUTE)
            raise WrongMove(
                _(
                    "Another edition in this language becomes public at that minute, and each edition is public for "
                    "at least one minute. Approve this one for %(time)s in %(city)s, or later."
                ),
                params={
                    "time": date_format(following, "TIME_FORMAT"),
                    "city": statement.mission.reference.name,
                },
            )
        before = siblings.filter(live_from__lt=live_from).order_by("-live_from").first()
        after = siblings.filter(live_from__gt=live_from).order_by("live_from").first()
        if before and before.is_live(at=live_from):
            self.live_until = before.live_until
            # A planned withdrawal of the earlier edition passes to this edition, which is live by then.
            self.withdrawn_reason, self.withdrawn_by = before.withdrawn_reason, before.withdrawn_by
            siblings.filter(pk=before.pk).update(live_until=live_from, withdrawn_reason="", withdrawn_by=None)
        else:
            self.live_until = after.live_from if after else None
        self.corrects = before
        self.live_from, self.published_at = live_from, statement.published_at or live_from
        self._set_status(self.Status.APPROVED)
        if after:
            siblings.filter(pk=after.pk).update(corrects=self)

    def _give_up_interval(self, statement):
        begin, end = self.live_from, self.live_until
        # Clear this edition's interval first: the database allows no overlap, not even inside the transaction.
        type(self).objects.filter(pk=self.pk).update(status=self.Status.DRAFT, live_from=None, live_until=None)
        self.live_from = self.live_until = self.published_at = None
        # Include corrections in the bin: this edition could not be deleted as long as they refer to it.
        self.corrections(manager="everything").update(corrects=self.corrects)
        handing_over = self._siblings(statement).approved().filter(live_until=begin, withdrawn_reason="")
        handing_over.update(live_until=end, withdrawn_reason=self.withdrawn_reason, withdrawn_by=self.withdrawn_by)
        self.withdrawn_reason, self.withdrawn_by = "", None
