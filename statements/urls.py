from django.urls import path, register_converter

from statements.models import Speaker, Topic
from statements.public import attachments, feeds, pictures, previews, sitemaps, standing_pages, statement_page
from statements.public.archive import views as archive
from statements.public.converters import Ordinal, PagePath, PictureFormat, TwoDigits, UnicodeSlug, Year

register_converter(Year, "year")
register_converter(TwoDigits, "two")
register_converter(Ordinal, "ordinal")
register_converter(UnicodeSlug, "unicode")
register_converter(PictureFormat, "picture_format")
register_converter(PagePath, "page_path")

urlpatterns = [
    path("", statement_page.front_page, name="front_page"),
    path("statements/", archive.archive, name="archive"),
    path("statements/feed.rss", feeds.rss, name="rss"),
    path("statements/feed.atom", feeds.atom, name="atom"),
    path("statements/feed.json", feeds.json_feed, name="json_feed"),
    path("statements/<year:year>/", archive.archive_year, name="archive_year"),
    path("statements/<year:year>/<two:month>/", archive.archive_month, name="archive_month"),
    path("statements/<year:year>/<two:month>/<two:day>/<unicode:slug>/", statement_page.statement, name="statement"),
    path("statements/<year:year>/<two:month>/<two:day>/<unicode:slug>/card.jpg", pictures.card, name="card"),
    path("statements/<year:year>/<two:month>/<two:day>/<unicode:slug>/record/", statement_page.record, name="record"),
    path(
        "statements/<year:year>/<two:month>/<two:day>/<unicode:slug>/record/<ordinal:number>/",
        statement_page.record_compare,
        name="record_compare",
    ),
    path("topics/", archive.subjects, {"model": Topic}, name="topics"),
    path("topics/<unicode:slug>/", archive.subject, {"model": Topic}, name="topic"),
    path("speakers/", archive.subjects, {"model": Speaker}, name="speakers"),
    path("speakers/<unicode:slug>/", archive.subject, {"model": Speaker}, name="speaker"),
    path("preview/<str:token>/", previews.preview, name="preview"),
    path("preview/<str:token>/pictures/<str:digest>.webp", pictures.preview_picture, name="preview_picture"),
    path(
        "preview/<str:token>/pictures/<str:digest>/<ordinal:width>.<picture_format:format>",
        pictures.preview_picture,
        name="preview_picture_size",
    ),
    path(
        "preview/<str:token>/attachments/<str:key>/<str:name>",
        attachments.preview_attachment,
        name="preview_attachment",
    ),
    path("attachments/<str:key>/<str:name>", attachments.attachment, name="attachment"),
    path("sitemap-news.xml", sitemaps.news_sitemap, name="news_sitemap"),
    path("pictures/<str:digest>.webp", pictures.picture, name="picture"),
    path("pictures/<str:digest>/<ordinal:width>.<picture_format:format>", pictures.picture, name="picture_size"),
    # These match every word, so they come last. No page has the word of another route (embassy/http/own_words.py).
    path("<page_path:path>/record/", standing_pages.record_of_page, name="record_of_page"),
    path(
        "<page_path:path>/record/<ordinal:number>/",
        standing_pages.record_of_page_compare,
        name="record_of_page_compare",
    ),
    path("<page_path:path>/card.jpg", standing_pages.page_card, name="page_card"),
    path("<page_path:path>/", standing_pages.page, name="page"),
    # Without this route, Django would redirect every unknown word to itself with a slash. Old addresses of imported
    # statements would then not be found.
    path("<page_path:path>", standing_pages.page_without_slash, name="page_without_slash"),
]
