"""The addresses at which WordPress shows a post, beside its link."""

import re
from collections.abc import Iterator

from importing.foreign.entry_files import Medium
from importing.foreign.wordpress_item import Item
from richtext.rewrite_links import joined

# Where the author has divided the post into pages.
NEXT_PAGE = re.compile(r"<!--\s*nextpage\s*-->")


def short_links(base: str, item: Item) -> Iterator[str]:
    """The short address, which WordPress answers whatever the post's link is."""
    if number := item.fields.get("post_id", ""):
        yield f"{base.rstrip('/')}/?p={number}"


def earlier_links(item: Item) -> Iterator[str]:
    """The links that the post had before its title or its day changed."""
    folder, slash, slug = item.path.rstrip("/").rpartition("/")
    for name in item.old_slugs if slash else ():
        yield _link(item, f"{folder}/{name}")
    day = item.fields.get("post_date", "")[:10]
    for old in item.old_days:
        for length in (len("2021-05-04"), len("2021-05"), len("2021")):
            now, then = (f"/{written[:length].replace('-', '/')}/" for written in (day, old))
            if slash and now != then and now in f"{folder}/":
                yield _link(item, f"{folder}/".replace(now, then, 1) + slug)
                break


def links_of_pages(item: Item) -> Iterator[str]:
    """The links to the further pages of a post that is divided into pages."""
    path = item.path.rstrip("/")
    for page, _mark in enumerate(NEXT_PAGE.findall(item.fields.get("content", "")), start=2):
        if path:
            yield _link(item, f"{path}/{page}")


def links_of_file(base: str, item: Item, medium: Medium) -> list[str]:
    """The links to the page of a file, and to the file itself unless pages show it as a picture."""
    links = [item.fields.get("link", ""), f"{base.rstrip('/')}/?attachment_id={item.fields.get('post_id', '')}"]
    return links if medium.is_picture else [*links, medium.address]


def _link(item: Item, path: str) -> str:
    return joined(item.fields["link"], f"{path}/" if item.path.endswith("/") else path)
