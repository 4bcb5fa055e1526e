"""Uploads in an S3 bucket: nobody but the site reads and writes them. The tests run a local S3 server."""

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from io import StringIO

import boto3
import pytest
from botocore.exceptions import ClientError
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from moto.server import ThreadedMotoServer

from embassy.conf.storage_url import storage_at
from statements.models import Attachment, Figure, Picture
from tests.browsing import save
from tests.files import pdf
from tests.hostile_files import picture
from tests.making import NOON, attach, make_draft, make_statement
from tests.statements.public.test_file_response import fetch
from uploads.pictures.normalise import normalise

TIMETABLE = pdf("The ferry sails at nine.")


@pytest.fixture(scope="module")
def server():
    """The address of a local S3 server."""
    moto = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    moto.start()
    yield "http://{}:{}".format(*moto.get_host_and_port())
    moto.stop()


@pytest.fixture
def bucket(server, settings):
    """An empty bucket, set as the site's storage."""
    s3 = boto3.resource(
        "s3", endpoint_url=server, region_name="us-east-1", aws_access_key_id="ours", aws_secret_access_key="ours"
    )
    made = s3.create_bucket(Bucket="sealed")
    made.objects.all().delete()
    storage = storage_at(f"s3://ours:ours@sealed/brennick?region=us-east-1&endpoint={server}")
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    return made


@pytest.fixture
def draft(mission, noon):
    return make_draft(make_statement(mission))


def test_a_file_is_uploaded_into_the_bucket_and_served_from_it_by_the_site(bucket, author, editor, client, draft):
    page = f"/admin/statements/edition/{draft.pk}/change/"
    upload = ContentFile(TIMETABLE, name="Timetable.pdf")
    answer = save(
        author,
        page,
        **{
            "attachments-TOTAL_FORMS": "1",
            "attachments-0-upload": upload,
            "attachments-0-title": "Timetable",
            "attachments-0-position": "1",
        },
    )
    assert answer.status_code == 302
    made = Attachment.objects.get()
    assert [stored.key for stored in bucket.objects.all()] == [f"brennick/documents/{made.document.digest}.pdf"]
    assert fetch(client, made.get_absolute_url()).status_code == 404
    assert fetch(editor, f"/admin/statements/edition/document/{made.document.digest}/").bytes == TIMETABLE
    draft.approve(by=None, live_from=NOON, now=NOON)
    answer = fetch(client, made.get_absolute_url())
    assert (answer.status_code, answer.bytes) == (200, TIMETABLE)
    assert answer["Content-Length"] == str(len(TIMETABLE))
    assert fetch(client, made.get_absolute_url(), range="bytes=5-9").bytes == TIMETABLE[5:10]
    assert client.head(made.get_absolute_url())["Content-Length"] == str(len(TIMETABLE))


def test_nobody_but_the_site_reads_the_bucket(bucket, server, client, draft):
    made = attach(draft, TIMETABLE)
    draft.approve(by=None, live_from=NOON, now=NOON)
    (stored,) = bucket.objects.all()
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{server}/sealed/{stored.key}")
    assert [grant["Permission"] for grant in stored.Acl().grants] == ["FULL_CONTROL"]
    assert stored.Acl().grants[0]["Grantee"]["Type"] == "CanonicalUser"
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        bucket.Policy().load()
    for path in ("/", draft.get_absolute_url(), "/statements/feed.json", made.get_absolute_url()):
        answer = fetch(client, path)
        told = answer.bytes.decode("utf-8", "replace") + json.dumps(dict(answer.headers))
        assert server not in told
        assert "Signature" not in told
    assert made.document.file.url == f"/documents/{made.document.digest}.pdf"


def test_a_file_missing_in_the_bucket_is_not_found(bucket, client, draft):
    made = attach(draft, TIMETABLE)
    draft.approve(by=None, live_from=NOON, now=NOON)
    bucket.objects.all().delete()
    assert fetch(client, made.get_absolute_url()).status_code == 404


def test_the_same_file_lies_in_the_bucket_once(bucket, draft):
    first = attach(draft, TIMETABLE)
    second = attach(make_draft(draft.statement, "fr"), TIMETABLE)
    assert first.document == second.document
    assert len(list(bucket.objects.all())) == 1


def test_pictures_go_in_and_out_of_the_bucket_in_every_size_at_their_minute(bucket, server, client, draft):
    digest, content, width, height = normalise(ContentFile(picture("PNG")))
    kept = Picture.keep(draft.mission, digest, content, width, height)
    Figure.objects.create(edition=draft, picture=kept, alt="The quay")
    addresses = [kept.get_absolute_url(), *(kept.size_path(size) for size in kept.sizes)]
    assert {client.get(address).status_code for address in addresses} == {404}
    draft.approve(by=None, live_from=NOON, now=NOON)
    assert len({fetch(client, address).bytes for address in addresses}) == len(addresses)
    names = {stored.key.removeprefix("brennick/") for stored in bucket.objects.all()}
    assert names == {f"pictures/{digest}.webp", *(f"pictures/{digest}/{size}" for size in kept.sizes)}
    for name in names:
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{server}/sealed/brennick/{name}")


def test_unused_files_are_removed_from_the_bucket(bucket, draft, time_machine):
    attach(draft, TIMETABLE)
    shown = attach(make_draft(draft.statement, "fr"), pdf("Le bac part à neuf heures."))
    default_storage.save("pictures/lost/64.webp", ContentFile(b"x"))
    draft.delete()
    time_machine.move_to(datetime.now(UTC) + timedelta(days=400))
    call_command("remove_unused_files", stdout=StringIO())
    assert [stored.key for stored in bucket.objects.all()] == [f"brennick/{shown.document.file.name}"]


def test_a_large_file_from_the_bucket_waits_on_disk(bucket):
    default_storage.save("large", ContentFile(b"x" * 3_000_000))
    with default_storage.open("large") as stored:
        assert stored.read(1) == b"x"
        assert stored.file._rolled


def test_without_an_address_uploads_lie_in_a_folder():
    assert storage_at("") == {"BACKEND": "django.core.files.storage.FileSystemStorage"}


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sealed", "does not begin with s3:// and the name of a bucket"),
        ("https://sealed.example/", "does not begin with s3:// and the name of a bucket"),
        ("s3:///folder", "does not begin with s3:// and the name of a bucket"),
        ("s3://sealed?acl=public-read", "knows no “acl”"),
        ("s3://sealed?endpoint=storage.example", "its endpoint does not begin with https://"),
    ],
)
def test_a_wrong_address_is_named_with_what_is_right(url, reason):
    with pytest.raises(ImproperlyConfigured) as refusal:
        storage_at(url)
    assert str(refusal.value).startswith("STORAGE_URL is not an address of a storage: ")
    assert reason in str(refusal.value)


def test_the_parts_of_a_storage_address_become_options():
    options = storage_at("s3://us%2Fer:p%40ss@sealed/a/b/?region=eu-west-1")["OPTIONS"]
    assert options["bucket_name"] == "sealed"
    assert options["location"] == "a/b"
    assert (options["access_key"], options["secret_key"]) == ("us/er", "p@ss")
    assert (options["region_name"], options["endpoint_url"]) == ("eu-west-1", None)
