from django.urls import path, register_converter

from statements import downloads, feeds, gallery, invitations, lists, sitemaps, views
from statements.converters import Ordinal, PictureFormat, TwoDigits, UnicodeSlug, Year

register_converter(Year, "year")
register_converter(TwoDigits, "two")
register_converter(Ordinal, "ordinal")
register_converter(UnicodeSlug, "unicode")
register_converter(PictureFormat, "picture_format")

urlpatterns = [
    path("", views.front_page, name="front_page"),
    path("statements/", lists.archive, name="archive"),
    path("statements/feed.rss", feeds.rss, name="rss"),
    path("statements/feed.atom", feeds.atom, name="atom"),
    path("statements/feed.json", feeds.json_feed, name="json_feed"),
    path("statements/<year:year>/", lists.archive_year, name="archive_year"),
    path("statements/<year:year>/<two:month>/", lists.archive_month, name="archive_month"),
    path("statements/<year:year>/<two:month>/<two:day>/<unicode:slug>/", views.statement, name="statement"),
    path("statements/<year:year>/<two:month>/<two:day>/<unicode:slug>/card.jpg", gallery.card, name="card"),
    path("statements/<year:year>/<two:month>/<two:day>/<unicode:slug>/record/", views.record, name="record"),
    path(
        "statements/<year:year>/<two:month>/<two:day>/<unicode:slug>/record/<ordinal:number>/",
        views.record_compare,
        name="record_compare",
    ),
    path("topics/", lists.topics, name="topics"),
    path("topics/<unicode:slug>/", lists.topic, name="topic"),
    path("speakers/", lists.speakers, name="speakers"),
    path("speakers/<unicode:slug>/", lists.speaker, name="speaker"),
    path("preview/<str:token>/", invitations.preview, name="preview"),
    path("preview/<str:token>/pictures/<str:digest>.webp", gallery.preview_picture, name="preview_picture"),
    path(
        "preview/<str:token>/pictures/<str:digest>/<ordinal:width>.<picture_format:format>",
        gallery.preview_picture,
        name="preview_picture_size",
    ),
    path(
        "preview/<str:token>/attachments/<str:key>/<str:name>", downloads.preview_attachment, name="preview_attachment"
    ),
    path("attachments/<str:key>/<str:name>", downloads.attachment, name="attachment"),
    path("sitemap-news.xml", sitemaps.news_sitemap, name="news_sitemap"),
    path("pictures/<str:digest>.webp", gallery.picture, name="picture"),
    path("pictures/<str:digest>/<ordinal:width>.<picture_format:format>", gallery.picture, name="picture_size"),
]
