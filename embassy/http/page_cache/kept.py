"""The kept pages, and the limit on their bytes."""

from collections import OrderedDict
from threading import Lock

from embassy.http.page_cache.answers import Answer

# An estimate, in bytes, of what an answer needs in addition to its key and its bodies.
OVERHEAD = 4_000
# An answer that needs more than this share of the whole limit is not kept.
LARGEST = 1 / 8


class Pages:
    """The answers of one minute and one version of the content.

    If they need more than `most` bytes, the least recently used answers are dropped.
    """

    def __init__(self, minute: int, version: int | None, most: int):
        self.minute, self.version, self.most = minute, version, most
        self.size = 0
        self._answers: OrderedDict[tuple, Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple) -> Answer | None:
        answer = self._answers.get(key)
        if answer is not None:
            try:
                self._answers.move_to_end(key)
            except KeyError:
                # Another thread has just dropped this answer.
                return answer
        return answer

    def keep(self, key: tuple, answer: Answer):
        size = _size(key, answer)
        if size > self.most * LARGEST:
            return
        with self._lock:
            if (before := self._answers.pop(key, None)) is not None:
                self.size -= _size(key, before)
            while self.size + size > self.most:
                self.size -= _size(*self._answers.popitem(last=False))
            self._answers[key] = answer
            self.size += size


def _size(key: tuple, answer: Answer) -> int:
    return OVERHEAD + sum(map(len, key)) + answer.size
