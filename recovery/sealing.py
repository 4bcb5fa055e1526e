"""Names, compresses and encrypts the parts of a backup. Damaged and foreign parts are recognised."""

import hashlib
import hmac
import os
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RAW, COMPRESSED = b"r", b"z"
NONCE = 12
# The cost of guessing the key: a tenth of a second and 32 MB for each guess.
SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 2**26, "dklen": 64}


class Damaged(Exception):
    """A part of the backup is not what was stored."""


class Seal:
    """Names contents by their digest. With a key, it also encrypts them, and nobody without the key finds a name."""

    def __init__(self, key: str = "", salt: bytes = b""):
        keys = hashlib.scrypt(key.encode(), salt=salt, **SCRYPT) if key else b""
        self._cipher = AESGCM(keys[:32]) if key else None
        self._naming = keys[32:]

    @property
    def proof(self) -> str:
        """A name that depends only on the key and the salt. It is stored, to recognise the key later."""
        return self.name(b"This is the key.")

    def name(self, content: bytes) -> str:
        if self._cipher:
            return hmac.digest(self._naming, content, "sha256").hex()
        return hashlib.sha256(content).hexdigest()

    def close(self, content: bytes, name: str) -> bytes:
        smaller = zlib.compress(content, 1)
        written = COMPRESSED + smaller if len(smaller) < len(content) else RAW + content
        if self._cipher:
            nonce = os.urandom(NONCE)
            return nonce + self._cipher.encrypt(nonce, written, name.encode())
        return written

    def open(self, sealed: bytes, name: str) -> bytes:
        try:
            written = self._decrypted(sealed, name)
            content = zlib.decompress(written[1:]) if written[:1] == COMPRESSED else written[1:]
        except (InvalidTag, ValueError, zlib.error):
            raise Damaged(name) from None
        if not hmac.compare_digest(self.name(content), name):
            raise Damaged(name)
        return content

    def _decrypted(self, sealed: bytes, name: str) -> bytes:
        if not self._cipher:
            return sealed
        return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], name.encode())
