"""The vault: a folder or a bucket with all backups. A part that several backups have is stored only once.

embassy-backup.json                  the format, and a name by which the key is recognised
backups/20261130T021500.123Z-<name>  one backup: the list of its files and their parts
parts/4f/4f81…                       a part of a file, of four megabytes or less
"""

import json
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.module_loading import import_string

from embassy.conf.storage_url import storage_at
from recovery.sealing import Damaged, Seal

FORMAT = 1
HEAD, BACKUPS, PARTS = "embassy-backup.json", "backups", "parts"
# The size of a part in bytes. If a database has changed a little, most of its parts are the same as before, and are
# not stored again.
PART = 4 * 2**20


class Refused(Exception):
    """The command cannot be carried out. The message says why."""


class Folder(FileSystemStorage):
    """A folder that only its owner can read. A file gets its name only when all of it is on the disk."""

    def __init__(self, location):
        super().__init__(location, file_permissions_mode=0o600, directory_permissions_mode=0o700)

    def _save(self, name, content):
        partial = super()._save(f"{name}.partial", content)
        with open(self.path(partial), "rb") as written:
            os.fsync(written.fileno())
        os.replace(self.path(partial), self.path(name))
        return name


class Vault:
    def __init__(self, storage: Storage, seal: Seal):
        self.storage, self.seal = storage, seal
        self.parts = set(_names(storage, PARTS))

    @classmethod
    def made(cls, place: str, key: str) -> "Vault":
        """The vault at this place. If the place is empty, a new vault is made."""
        storage = _storage(place)
        if not storage.exists(HEAD):
            folders, files = _listed(storage, "")
            if folders or files:
                raise Refused(f"{place} holds something that is not a backup of Embassy. Name an empty folder.")
            salt = secrets.token_bytes(16)
            head = {"format": FORMAT, "salt": salt.hex(), "key": Seal(key, salt).proof if key else ""}
            storage.save(HEAD, ContentFile(json.dumps(head).encode()))
        return cls.opened(place, key)

    @classmethod
    def opened(cls, place: str, key: str) -> "Vault":
        storage = _storage(place)
        if not storage.exists(HEAD):
            raise Refused(f"{place} is not a backup of Embassy: it has no file {HEAD}.")
        try:
            head = json.loads(_read(storage, HEAD))
            salt, proof, version = bytes.fromhex(head["salt"]), head["key"], head["format"]
        except (ValueError, KeyError, TypeError):
            raise Refused(f"The file {HEAD} in {place} is damaged.") from None
        if version != FORMAT:
            raise Refused(f"{place} was written by a newer version of Embassy, in the format {version}.")
        if bool(proof) != bool(key):
            raise Refused(
                f"{place} is encrypted: set BACKUP_KEY." if proof else f"{place} is not encrypted: unset BACKUP_KEY."
            )
        seal = Seal(key, salt)
        if proof and seal.proof != proof:
            raise Refused(f"BACKUP_KEY is not the key with which {place} is encrypted.")
        return cls(storage, seal)

    def backups(self) -> list[str]:
        """The names of all backups, oldest first."""
        return sorted(name for name in _listed(self.storage, BACKUPS)[1] if not name.endswith(".partial"))

    def add(self, stamp: str, contents: dict[str, Any]) -> str:
        written = json.dumps(contents, sort_keys=True).encode()
        digest = self.seal.name(written)
        name = f"{stamp}-{digest}"
        self._store(f"{BACKUPS}/{name}", self.seal.close(written, digest))
        return name

    def contents(self, backup: str) -> dict[str, Any]:
        if backup not in self.backups():
            raise Refused(f"There is no backup “{backup}” here.")
        try:
            return json.loads(self.seal.open(_read(self.storage, f"{BACKUPS}/{backup}"), backup.partition("-")[2]))
        except Damaged:
            raise Refused(f"The backup {backup} is damaged, or not what was written under this name.") from None

    def delete_all_but(self, kept: list[str]):
        """Delete all other backups, then all parts that no kept backup needs."""
        needed: set[str] = set()
        for backup in kept:
            contents = self.contents(backup)
            needed.update(contents["database"], *contents["files"].values())
        for backup in set(self.backups()) - set(kept):
            self.storage.delete(f"{BACKUPS}/{backup}")
        for part in self.parts - needed:
            self.storage.delete(path_of(part))
        self.parts &= needed

    def put(self, file: IO[bytes]) -> list[str]:
        """Store the parts of the file that are not in the vault yet. Returns the names of all its parts."""
        return [self._put(part) for part in in_parts(file)]

    def names(self, file: IO[bytes]) -> list[str]:
        """The names of the file's parts. They show whether the vault has the same file."""
        return [self.seal.name(part) for part in in_parts(file)]

    def _put(self, part: bytes) -> str:
        name = self.seal.name(part)
        if name not in self.parts:
            self._store(path_of(name), self.seal.close(part, name))
            self.parts.add(name)
        return name

    def read(self, parts: Iterable[str]) -> Iterator[bytes]:
        for name in parts:
            try:
                yield self.seal.open(_read(self.storage, path_of(name)), name)
            except FileNotFoundError:
                raise Damaged(name) from None

    def _store(self, path: str, content: bytes):
        stored = self.storage.save(path, ContentFile(content))
        if stored != path:
            # Another backup has stored the same content meanwhile.
            self.storage.delete(stored)


def in_parts(file: IO[bytes]) -> Iterator[bytes]:
    while part := file.read(PART):
        yield part


def path_of(part: str) -> str:
    return f"{PARTS}/{part[:2]}/{part}"


def _storage(place: str) -> Storage:
    if "://" not in place:
        return Folder(Path(place).absolute())
    given = storage_at(place)
    return import_string(given["BACKEND"])(**given["OPTIONS"])


def _read(storage: Storage, name: str) -> bytes:
    with storage.open(name) as file:
        return file.read()


def _names(storage: Storage, folder: str) -> Iterator[str]:
    for inner in _listed(storage, folder)[0]:
        yield from _listed(storage, f"{folder}/{inner}")[1]


def _listed(storage: Storage, folder: str) -> tuple[list[str], list[str]]:
    try:
        return storage.listdir(folder)
    except FileNotFoundError:
        return [], []
