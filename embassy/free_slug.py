"""Finds a slug, the last part of an address on the web, that no other row has."""

from collections.abc import Container


def first_free(slug: str, taken: Container[str], longest: int) -> str:
    number, free = 1, slug
    while free in taken:
        number += 1
        end = f"-{number}"
        free = slug[: longest - len(end)] + end
    return free
