"""What axe finds in a page, and in which modes each page is shown to it."""

import json

from axe_playwright_python.base import AXE_SCRIPT

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

# The rest of what it has to say is long. Style sheets are fetched once more for an experimental rule alone.
RUN = """async ([context, options]) => {
  const asked = { resultTypes: ["violations"], preload: false, ...options };
  return (await axe.run(context ?? document, asked)).violations;
}"""


def axe(page, context=None, **options) -> dict[str, list[str]]:
    """What axe finds in the page: each rule that is broken, and where."""
    page.wait_for_load_state()
    troubles = list(page.troubles)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, [context, options])
    # It styles an element of its own, which the policy forbids: that is not ours.
    page.troubles[:] = troubles
    return {violation["id"]: [json.dumps(node["target"]) for node in violation["nodes"]] for violation in found}


def faults(page, site, paths, mode, sizes=()) -> list:
    """What is wrong with these pages of the site in this mode, and with how they fit into windows of these sizes."""
    found = []
    for path in paths:
        answer = page.goto(site + path)
        found += [(path, size) for size in sizes if not fits_into(page, size)]
        show_in(page, mode)
        found += [(path, rule, places) for rule, places in axe(page).items()]
        # A page that says that there is none is an error to the browser.
        found += [(path, said) for said in page.troubles if answer.ok or f"status of {answer.status}" not in said]
        page.troubles.clear()
    return found


def show_in(page, mode):
    """Show the page in this mode: the size of its window, and what the reader has asked the browser for."""
    viewport, media = mode
    page.set_viewport_size(viewport)
    page.emulate_media(**{"color_scheme": "light", "forced_colors": "none", **media})


def fits_into(page, size) -> bool:
    """Whether nothing of the page stands out sideways of a window of this size."""
    page.set_viewport_size(size)
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def in_turn(pages, modes):
    """Each page in one mode, and each mode for some pages: what is to be shown mode by mode."""
    return [(mode, pages[place :: len(modes)]) for place, mode in enumerate(modes)]
