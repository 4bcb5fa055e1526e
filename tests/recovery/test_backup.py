"""A backup of the running site is restored as it was. Damaged and foreign backups, and places in use, are refused."""

import re
import threading
import zlib
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import boto3
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test import Client
from moto.server import ThreadedMotoServer

from embassy.models import Mission
from recovery.vault import PART, Vault
from statements.models import Attachment, Edition, Topic
from tests.databases import another
from tests.files import pdf
from tests.making import NOON, attach, make_draft, make_mission, make_statement, make_topic

TITLE = "The ferry sails again"
TIMETABLE = pdf("The ferry sails at nine.")
KEY = "a long key that nobody guesses"


@pytest.fixture
def place(migrated, tmp_path, settings, db):
    """A folder for the site of the test. The site has a database of its own, with a statement and its attachment."""
    settings.VAR = tmp_path / "var"
    settings.VAR.mkdir()
    with elsewhere(settings, settings.VAR, migrated), time_machine.travel(NOON):
        draft = make_draft(make_statement(make_mission()), title=TITLE)
        attach(draft, TIMETABLE)
        draft.approve(by=None, live_from=NOON, now=NOON)
        yield tmp_path


@contextmanager
def elsewhere(settings, folder, migrated=None):
    folder.mkdir(exist_ok=True)
    settings.MEDIA_ROOT = str(folder / "media")
    with another(folder, migrated):
        yield


def run(command, *arguments, **options) -> str:
    said = StringIO()
    call_command(command, *map(str, arguments), stdout=said, stderr=said, verbosity=1, **options)
    return said.getvalue()


def back_up(target, **options) -> str:
    """Returns the backup's name."""
    return re.search(r"Backup (\S+?)(?: is verified)?\.\n", run("backup", target, **options))[1]


def state():
    """What the site serves: the statement's page, and the bytes of its attachment."""
    edition, attachment = Edition.objects.get(), Attachment.objects.get()
    page = Client().get(edition.get_absolute_url())
    file = b"".join(Client().get(attachment.get_absolute_url()).streaming_content)
    return page.content, file


def parts(target) -> set[Path]:
    return {path for path in (target / "parts").rglob("*") if path.is_file()}


def readable(target) -> bytes:
    """All that somebody can read who has the backup's files, but not the key."""
    return b"\n".join(decompressed(path.read_bytes()) for path in target.rglob("*") if path.is_file())


def decompressed(content: bytes) -> bytes:
    try:
        return zlib.decompress(content[1:])
    except zlib.error:
        return content


def change_name():
    Mission.objects.update(name={"en": "Embassy of Elsewhere"})


@pytest.mark.database
@pytest.mark.parametrize("key", ["", KEY], ids=["plain", "encrypted"])
def test_a_site_is_restored_on_an_empty_machine(place, settings, key):
    settings.BACKUP_KEY = key
    before = state()
    assert TITLE.encode() in before[0]
    assert before[1] == TIMETABLE
    back_up(place / "backup")
    run("backup", place / "backup", verify=True)
    found = readable(place / "backup")
    assert {secret in found for secret in (settings.SECRET_KEY.encode(), TIMETABLE, TITLE.encode())} == {not key}
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key of the new machine"
    settings.VAR = place / "new"
    with elsewhere(settings, place / "new"):
        run("restore", place / "backup")
        assert state() == before
        kept = place / "new" / "secret-key"
        assert kept.read_text() == f"{former}\n"
        assert kept.stat().st_mode & 0o777 == 0o600
        # The restored database works: its sequences, its triggers and its search.
        make_topic(Mission.objects.get(), "rivers", en="Rivers")
        assert "sails again" in Client().get("/statements/?q=ferries").content.decode()


def test_a_backup_is_for_the_owner_alone(place):
    back_up(place / "backup")
    modes = {path.stat().st_mode & 0o077 for path in (place / "backup").rglob("*")}
    assert modes == {0}


def test_only_what_is_new_is_stored_again(place):
    target = place / "backup"
    first = back_up(target)
    default_storage.save("documents/large", ContentFile(bytes(range(256)) * (PART // 256) + b"end"))
    before = parts(target)
    back_up(target)
    added = {path for path in parts(target) - before if path.stat().st_size < 100_000}
    # These are the parts of the large file. The attachment has not changed, so it is not stored again.
    assert len(added) <= 3
    default_storage.delete("documents/large")
    third = back_up(target)
    assert first < third
    listed = run("restore", target, list=True).split()
    assert (len(listed), listed[0], listed[2]) == (3, first, third)


def test_an_earlier_backup_is_restored_by_its_name(place):
    before, target = state(), place / "backup"
    first = back_up(target)
    change_name()
    back_up(target)
    run("restore", target, backup=first, replace=True)
    assert state() == before
    run("restore", target, replace=True)
    assert b"Elsewhere" in state()[0]


def test_old_backups_go_but_the_last_of_each_month_stays_and_what_stays_is_whole(place):
    target = place / "backup"
    made = {}
    for day in ("2025-02-03", "2025-02-20", "2025-05-01", "2025-06-01", "2025-06-14", "2025-06-15"):
        default_storage.save(f"documents/of-{day}", ContentFile(f"made on {day}".encode()))
        with time_machine.travel(f"{day}T02:40Z"):
            made[day] = back_up(target)
        default_storage.delete(f"documents/of-{day}")
    with pytest.raises(CommandError, match="--keep takes a number of days"):
        run("backup", target, keep=0)
    last = back_up(target, keep=5)
    kept = [made["2025-02-20"], made["2025-05-01"], made["2025-06-14"], made["2025-06-15"], last]
    assert run("restore", target, list=True).split() == kept
    stored = readable(target)
    assert {day for day in made if f"made on {day}".encode() in stored} == {
        "2025-02-20",
        "2025-05-01",
        "2025-06-14",
        "2025-06-15",
    }
    run("restore", target, backup=made["2025-02-20"], replace=True)
    with default_storage.open("documents/of-2025-02-20") as file:
        assert file.read() == b"made on 2025-02-20"


def test_a_backup_that_was_interrupted_goes_on_where_it_was(place, monkeypatch):
    target, stored = place / "backup", []
    store = Vault._store

    def store_two(self, path, content):
        if len(stored) == 2:
            raise KeyboardInterrupt
        stored.append(path)
        store(self, path, content)

    default_storage.save("documents/other", ContentFile(b"other"))
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Vault, "_store", store_two)
        back_up(target)
    with pytest.raises(CommandError, match="no complete backup"):
        run("restore", target)
    kept = {path: path.stat().st_mtime_ns for path in parts(target)}
    assert len(kept) == 2
    back_up(target, verify=True)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


@pytest.mark.database
def test_a_restore_that_was_interrupted_goes_on_where_it_was(place, settings, monkeypatch):
    before = state()
    back_up(place / "backup")
    with elsewhere(settings, place / "new"):
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr("recovery.sqlite_database.Embedded.load", interrupted)
            patched.setattr("recovery.postgresql_database.Server.load", interrupted)
            run("restore", place / "backup")
        run("restore", place / "backup")
        assert state() == before


def interrupted(*arguments):
    raise KeyboardInterrupt


@pytest.mark.parametrize("damage", ["changed", "cut off", "missing", "swapped"])
def test_a_damaged_backup_is_refused_before_anything_changes(place, settings, damage):
    target = place / "backup"
    back_up(target)
    change_name()
    first, second = sorted(parts(target), key=lambda path: path.stat().st_size)[-2:]
    content = second.read_bytes()
    if damage == "missing":
        second.unlink()
    else:
        middle = len(content) // 2
        wrong = {
            "changed": content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :],
            "cut off": content[:-1],
            "swapped": first.read_bytes(),
        }
        second.write_bytes(wrong[damage])
    with pytest.raises(CommandError, match=r"damaged: (a part of )?the database is"):
        run("restore", target, replace=True)
    assert b"Elsewhere" in state()[0]


def test_a_damaged_upload_is_named_and_stored_again_as_advised(place, settings):
    target = place / "backup"
    name = back_up(target)
    ((upload, (part,)),) = Vault.opened(str(target), "").contents(name)["files"].items()
    damaged = target / "parts" / part[:2] / part
    damaged.write_bytes(damaged.read_bytes()[:-1])
    advice = f"{re.escape(upload)} is not as it was stored.*delete parts/{part[:2]}/{part}"
    with elsewhere(settings, place / "new"), pytest.raises(CommandError, match=advice):
        run("restore", target)
    settings.MEDIA_ROOT = str(place / "var" / "media")
    with pytest.raises(CommandError, match=advice):
        back_up(target, verify=True)
    damaged.unlink()
    back_up(target, verify=True)


def test_a_damaged_list_of_contents_is_refused(place):
    target = place / "backup"
    name = back_up(target)
    written = target / "backups" / name
    written.write_bytes(written.read_bytes()[:-1])
    with pytest.raises(CommandError, match=f"The backup {name} is damaged"):
        run("restore", target, replace=True)


@pytest.mark.parametrize(
    ("made_with", "opened_with", "says"),
    [
        (KEY, "", "is encrypted: set BACKUP_KEY"),
        (KEY, "another", "BACKUP_KEY is not the key"),
        ("", KEY, "is not encrypted: unset BACKUP_KEY"),
    ],
)
def test_a_backup_opens_with_its_key_alone(place, settings, made_with, opened_with, says):
    settings.BACKUP_KEY = made_with
    back_up(place / "backup")
    settings.BACKUP_KEY = opened_with
    with pytest.raises(CommandError, match=says):
        run("restore", place / "backup", replace=True)
    with pytest.raises(CommandError, match=says):
        back_up(place / "backup")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"engine": "Other"}, "backup of Other, and DATABASE_URL names"),
        ({"migrations": [["embassy", "9999_from_the_future"]]}, "newer version of Embassy.*9999_from_the_future"),
        ({"files": {"documents/a": ["0" * 64]}}, "a part of documents/a is missing"),
    ],
    ids=["engine", "version", "file"],
)
def test_a_backup_that_does_not_belong_here_is_refused(place, change, says):
    target = str(place / "backup")
    vault = Vault.opened(target, "") if (name := back_up(target)) else None
    vault.add("99991231T235959Z", vault.contents(name) | change)
    with pytest.raises(CommandError, match=says):
        run("restore", target, replace=True)


def test_a_folder_with_something_else_is_neither_a_target_nor_a_source(place):
    other = place / "other"
    other.mkdir()
    (other / "letter.txt").write_text("Dear colleague")
    with pytest.raises(CommandError, match="holds something that is not a backup"):
        back_up(other)
    with pytest.raises(CommandError, match="is not a backup of Embassy"):
        run("restore", other)
    with pytest.raises(CommandError, match="would store itself"):
        back_up(Path(default_storage.location) / "backup")


@pytest.mark.database
def test_a_database_that_is_there_is_replaced_only_if_one_says_so(place):
    before, target = state(), place / "backup"
    back_up(target)
    change_name()
    with pytest.raises(CommandError, match=r"There is a database already.*--replace"):
        run("restore", target)
    assert b"Elsewhere" in state()[0]
    run("restore", target, replace=True)
    assert state() == before


def test_other_uploads_stay_and_are_kept_beside_only_if_one_says_so(place, settings):
    target = place / "backup"
    back_up(target)
    with elsewhere(settings, place / "new"):
        default_storage.save("documents/other", ContentFile(b"other"))
        with pytest.raises(CommandError, match="other uploads already, such as documents/other"):
            run("restore", target)
        run("restore", target, replace=True)
        assert Path(default_storage.path("documents/other")).read_bytes() == b"other"
        assert state()[1] == TIMETABLE


def test_the_embedded_database_is_not_replaced_under_a_running_site(place):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL replaces tables in a transaction.")
    target = place / "backup"
    back_up(target)
    change_name()
    running = connection.copy()
    running.cursor().execute("SELECT 1 FROM embassy_mission")
    with pytest.raises(CommandError, match="still running"):
        run("restore", target, replace=True)
    running.close()
    assert b"Elsewhere" in state()[0]


def test_what_is_not_as_it_was_backed_up_is_found(place):
    target = place / "backup"
    back_up(target, verify=True)
    name = Attachment.objects.get().document.file.name
    Path(default_storage.path(name)).write_bytes(b"other bytes")
    with pytest.raises(CommandError, match=f"is not what the site has: {re.escape(name)}"):
        run("backup", target, verify=True)


@pytest.mark.database
def test_nothing_is_left_of_a_verified_backup(place):
    back_up(place / "backup", verify=True)
    assert [path.name for path in place.iterdir() if path.name not in ("var", "backup")] == []
    assert [path.name for path in (place / "var").iterdir() if re.match("backup-|verify-|restore-", path.name)] == []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'embassy_verify_%'")
            assert cursor.fetchone() == (0,)


def write_pairs(ours, over, written):
    """Adds two topics in one transaction after the other, until `over` is set."""
    mission = ours
    number = 0
    while not over.is_set():
        with transaction.atomic():
            make_topic(mission, f"left-{number:05}", en="Left")
            make_topic(mission, f"right-{number:05}", en="Right")
        number += 1
        written.set()


@pytest.mark.database
def test_a_backup_under_write_load_is_a_state_that_existed(place, settings):
    ours, over, written = connections["default"], threading.Event(), threading.Event()

    def write():
        connections["default"] = ours.copy()
        write_pairs(Mission.objects.get(), over, written)
        connections["default"].close()

    writer = threading.Thread(target=write)
    writer.start()
    written.wait()
    try:
        names = [back_up(place / "backup", verify=True) for _time in range(3)]
    finally:
        over.set()
        writer.join()
    counts = []
    for name in names:
        with elsewhere(settings, place / name):
            run("restore", place / "backup", backup=name)
            slugs = sorted(Topic.objects.values_list("slug", flat=True))
            half = len(slugs) // 2
            assert slugs == [f"{side}-{number:05}" for side in ("left", "right") for number in range(half)]
            counts.append(half)
    assert counts == sorted(set(counts))
    assert counts[0] > 0


def test_a_bucket_is_a_target_too(place, settings):
    moto = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    moto.start()
    try:
        address = "http://{}:{}".format(*moto.get_host_and_port())
        keys = {"aws_access_key_id": "ours", "aws_secret_access_key": "ours", "region_name": "us-east-1"}
        boto3.resource("s3", endpoint_url=address, **keys).create_bucket(Bucket="safe")
        target = f"s3://ours:ours@safe/brennick?region=us-east-1&endpoint={address}"
        before, settings.BACKUP_KEY = state(), KEY
        back_up(target, verify=True)
        with elsewhere(settings, place / "new"):
            run("restore", target)
            assert state() == before
    finally:
        moto.stop()
