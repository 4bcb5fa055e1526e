"""Tests of the embargo check itself: it must find each leak that a test plants, in the route that leaks."""

import re

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db.models import Max
from django.http import HttpResponse, HttpResponseNotFound
from django.urls import get_resolver

from embassy.http import read_once
from embassy.http.page_cache.kept import Pages
from embassy.views import error_page
from statements.models import Attachment, Edition, Picture, Statement
from statements.models.attachment import AttachmentQuerySet
from statements.models.edition import EditionQuerySet
from statements.models.picture import PictureQuerySet
from statements.public import pictures
from statements.public.social_cards import Card
from tests.embassy.http import test_page_cache
from tests.kept_pages import ask
from tests.whole.embargo import TURNS, EmbargoBroken, walk
from tests.whole.histories import A_PAGE, MINUTE, REPLACED, WITHDRAWN, WITHHELD, publish_and
from uploads.pictures.renditions import Size


def patterns():
    return [pattern for pattern in get_resolver("statements.urls").url_patterns if pattern.name]


def test_the_walk_notices_a_list_without_the_predicate(world, monkeypatch):
    def everything(editions, request):
        return editions.of(request.mission).filter(language=request.LANGUAGE_CODE).approved()

    monkeypatch.setattr(EditionQuerySet, "for_visitor", everything)
    with pytest.raises(EmbargoBroken, match="edition 1, which is scheduled"):
        walk(publish_and(), world, only=["front_page", "archive"], turns=TURNS)


def test_the_walk_notices_a_feed_without_the_predicate(world, monkeypatch):
    def all_items(feed, *_asked):
        return Edition.objects.approved()

    monkeypatch.setattr("statements.public.feeds.Messages.items", all_items)
    with pytest.raises(EmbargoBroken, match=r"feed\.(rss|atom|json) .* edition 1, which is scheduled"):
        walk(publish_and(), world, only=["rss", "atom", "json_feed"])


@pytest.mark.parametrize("history", [publish_and(), WITHDRAWN], ids=["before its minute", "after its withdrawal"])
def test_the_walk_notices_a_picture_without_the_predicate(world, monkeypatch, history):
    if history is WITHDRAWN:
        once = Picture.objects.filter
        monkeypatch.setattr(
            PictureQuerySet, "live", lambda pictures, *, at: once(figures__edition__live_from__lte=at).distinct()
        )
    else:
        monkeypatch.setattr(PictureQuerySet, "live", lambda pictures, *, at: pictures)
    with pytest.raises(EmbargoBroken, match=r"/pictures/.* \(picture\w*\) shows the (digest|bytes) of edition 1"):
        walk(history, world, only=["picture", "picture_size"])


def test_the_walk_notices_a_size_that_is_served_without_the_predicate(world, monkeypatch):
    gate = pictures.picture

    def open_to_all(request, digest, width=None, format=""):
        if width is None:
            return gate(request, digest)
        return pictures.shown(request, Picture.objects.get(digest=digest), Size(width, format))

    answer_with(monkeypatch, "picture_size", open_to_all)
    with pytest.raises(EmbargoBroken, match=r"/pictures/.*/480\.\w+ \(picture_size\) shows the \w+ of edition 1"):
        walk(publish_and(), world, only=["picture_size"])


def test_the_walk_notices_a_size_that_is_missing(world, monkeypatch):
    answer_with(monkeypatch, "picture_size", lambda request, **parameters: HttpResponseNotFound())
    with pytest.raises(EmbargoBroken, match="these sizes are not there"):
        walk(publish_and(), world, only=["picture_size"])


@pytest.mark.parametrize("history", [publish_and(), WITHDRAWN], ids=["before its minute", "after its withdrawal"])
def test_the_walk_notices_a_card_without_the_predicate(world, monkeypatch, history):
    def too_open(request, **address):
        editions = Edition.objects.of(request.mission).filter(language=request.LANGUAGE_CODE)
        if history is WITHDRAWN:
            editions = editions.filter(live_from__lte=request.instant)
        if not editions:
            return HttpResponseNotFound()
        return HttpResponse(Card.of(editions[0], request.mission).read(), content_type="image/jpeg")

    answer_with(monkeypatch, "card", too_open)
    with pytest.raises(EmbargoBroken, match=r"/card\.jpg \(card\) shows the title of edition 1"):
        walk(history, world, only=["card"])


def answer_with(monkeypatch, name, view):
    """Replace the view of a route."""
    (pattern,) = (pattern for pattern in patterns() if pattern.name == name)
    monkeypatch.setattr(pattern, "callback", view)


@pytest.mark.parametrize("history", [publish_and(), WITHDRAWN], ids=["before its minute", "after its withdrawal"])
def test_the_walk_notices_a_file_served_without_the_predicate(world, monkeypatch, history):
    if history is WITHDRAWN:
        monkeypatch.setattr(
            AttachmentQuerySet, "live", lambda attachments, *, at: attachments.filter(edition__live_from__lte=at)
        )
    else:
        monkeypatch.setattr(AttachmentQuerySet, "live", lambda attachments, *, at: attachments)
    with pytest.raises(EmbargoBroken, match=r"/attachments/.* \(attachment\) shows the (key|file\w+) of edition 1"):
        walk(history, world, only=["attachment"])


def test_the_walk_notices_a_new_version_of_a_file_before_its_minute(world, monkeypatch):
    def newest(attachments, *, at):
        last = Attachment.objects.values("key").annotate(last=Max("pk")).values("last")
        return attachments.filter(pk__in=last, edition__statement__published_at__lte=at)

    monkeypatch.setattr(AttachmentQuerySet, "live", newest)
    with pytest.raises(EmbargoBroken, match=r"\(attachment\) shows the file\w+ of edition 2, which is scheduled"):
        walk(REPLACED, world, only=["attachment"])


def test_the_walk_notices_an_edition_that_is_not_withheld(world, monkeypatch):
    monkeypatch.setattr(Edition, "is_withheld", lambda edition, *, at: False)
    with pytest.raises(EmbargoBroken, match=r"record.* of edition 1, which is replaced"):
        walk(WITHHELD, world, only=["record", "record_compare"])


@pytest.mark.parametrize("name", ["front_page", "archive", "statement", "rss"])
def test_the_walk_notices_a_page_that_is_kept_past_its_minute(world, monkeypatch, name):
    (pattern,) = [pattern for pattern in patterns() if pattern.name == name]
    view, kept = pattern.callback, {}

    def kept_for_good(request, **parameters):
        key = (request.get_host(), request.path)
        if key not in kept:
            kept[key] = view(request, **parameters)
        return kept[key]

    monkeypatch.setattr(pattern, "callback", kept_for_good)
    with pytest.raises(EmbargoBroken):
        walk(WITHDRAWN, world, only=[name], turns=TURNS)


def test_the_walk_notices_a_count(world, monkeypatch):
    def number_of_editions(answer):
        answer.headers["X-Editions"] = str(Edition.objects.count())
        return answer

    (pattern,) = [pattern for pattern in patterns() if pattern.name == "archive"]
    view = pattern.callback
    monkeypatch.setattr(pattern, "callback", lambda request: number_of_editions(view(request)))
    with pytest.raises(EmbargoBroken, match="/statements/ tells of what is to come"):
        walk(publish_and(), world, only=["archive"], turns=TURNS)


def test_the_walk_notices_a_not_found_page_that_reveals_a_secret(world, monkeypatch):
    every = "statements.public.statement_page.once_published"
    monkeypatch.setattr(every, lambda request: Statement.objects.of(request.mission))
    monkeypatch.setattr("statements.public.statement_page.gone", lambda request, statement: error_page(request, 403))
    with pytest.raises(EmbargoBroken, match=r"/statements/2025/06/16/.* tells of what is to come"):
        walk(publish_and(), world, only=["statement"])


def test_the_walk_notices_what_is_late(world, monkeypatch):
    punctual = EditionQuerySet.live
    monkeypatch.setattr(EditionQuerySet, "live", lambda editions, *, at: punctual(editions, at=at - MINUTE))
    with pytest.raises(EmbargoBroken, match="no page of the route “statement” shows the title of edition 1"):
        walk(publish_and(), world, only=["statement"])


def test_the_walk_notices_what_pages_share_past_its_minute(world, monkeypatch):
    class KeptForGood(dict):
        def get(self, key):
            return super().get(key[2:])

        def __setitem__(self, key, value):
            super().__setitem__(key[2:], value)

    monkeypatch.setattr(read_once, "KEPT", KeptForGood())
    with pytest.raises(EmbargoBroken, match="no page of the route “front_page” shows the title of edition 1"):
        walk(A_PAGE, world, only=["front_page"])


# The page cache


def keep_by(monkeypatch, known_by):
    """Let the page cache confuse two pages if `known_by` returns the same for their keys."""
    get, keep = Pages.get, Pages.keep
    monkeypatch.setattr(Pages, "get", lambda pages, key: get(pages, known_by(*key)))
    monkeypatch.setattr(Pages, "keep", lambda pages, key, answer: keep(pages, known_by(*key), answer))


def test_the_walk_notices_what_the_page_cache_keeps_past_its_minute(world, monkeypatch):
    monkeypatch.setattr("embassy.http.page_cache.cache.minute", lambda: 0)
    with pytest.raises(EmbargoBroken, match="no page of the route “front_page” shows the title of edition 1"):
        walk(publish_and(), world, only=["front_page"])


@pytest.mark.parametrize(
    "known_by",
    [
        lambda scheme, host, script, path, query: (scheme, script, path, query),
        lambda scheme, host, script, path, query: (scheme, host, script, re.sub("^/(ar|fr|ru)/", "/", path), query),
    ],
    ids=["another mission", "another language"],
)
def test_the_walk_notices_a_page_that_was_kept_for_others(world, monkeypatch, known_by):
    keep_by(monkeypatch, known_by)
    with pytest.raises(EmbargoBroken, match=r"/ \(front_page\) shows the \w+ of edition 1"):
        walk(publish_and(), world, only=["front_page"])


def test_a_page_that_is_kept_past_a_withdrawal_is_noticed(mission, monkeypatch):
    monkeypatch.setattr("tests.kept_pages.version", lambda: 0)
    with pytest.raises(AssertionError, match="title_is_shown"):
        test_page_cache.test_a_page_appears_on_its_minute_and_goes_at_once(mission, "/")


def test_a_page_that_is_kept_for_another_scheme_is_noticed(mission, noon, monkeypatch, settings):
    keep_by(monkeypatch, lambda scheme, *address: address)
    with pytest.raises(AssertionError, match=r"https?://testserver/"):
        test_page_cache.test_behind_a_trusted_proxy_each_scheme_has_its_own_page({}, settings)


def test_a_page_that_is_poisoned_by_a_header_is_noticed(mission, noon, monkeypatch, settings):
    settings.ALLOWED_HOSTS, settings.USE_X_FORWARDED_HOST = ["*"], True
    clean = ask(WSGIHandler(), "/sitemap.xml")
    monkeypatch.setattr("embassy.http.page_cache.cache._of_address", lambda key, environ: environ)
    with pytest.raises(AssertionError, match=r"assert Got\("):
        test_page_cache.test_no_header_of_one_visitor_reaches_another({"/sitemap.xml": clean}, "/sitemap.xml")
