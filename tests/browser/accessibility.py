"""Runs axe in a page, and shows pages in different modes: window sizes, colour schemes and so on."""

import json

from axe_playwright_python.base import AXE_SCRIPT

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

# Only violations are returned, because the full result is long. `preload` is off: for one experimental rule, it would
# fetch all style sheets again.
RUN = """async ([context, options]) => {
  const asked = { resultTypes: ["violations"], preload: false, ...options };
  return (await axe.run(context ?? document, asked)).violations;
}"""

# When the colour scheme changes, links of Django's admin fade into their new colours, and axe would read the colours
# of the moment. So wait until all transitions have ended. If another transition replaces one, the promise of the first
# is rejected, so the result does not matter.
TRANSITIONS_ENDED = (
    "Promise.allSettled(document.getAnimations().map(transition => transition.finished)).then(() => {})"
)


def axe(page, context=None, **options) -> dict[str, list[str]]:
    """The rules that the page violates, each with the selectors of the elements that violate it."""
    page.wait_for_load_state()
    troubles = list(page.troubles)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, [context, options])
    # axe adds a style element, and the policy blocks it. This is not an error of the page, so forget the message.
    page.troubles[:] = troubles
    return {violation["id"]: [json.dumps(node["target"]) for node in violation["nodes"]] for violation in found}


def faults(page, site, paths, mode, sizes=(), magnified=None) -> list:
    """Open these pages in this mode. Returns what axe finds, overflows in these window sizes, and console errors.

    `magnified` is a window size in which the page must also fit with its text at 200 %.
    """
    found = []
    for path in paths:
        answer = page.goto(site + path)
        found += [(path, size) for size in sizes if not fits_into(page, size)]
        if magnified and not fits_magnified(page, magnified):
            found.append((path, "text at 200 %"))
        show_in(page, mode)
        found += [(path, rule, places) for rule, places in axe(page).items()]
        # The browser logs an expected 404 or 410 as an error, so this message does not count.
        found += [(path, said) for said in page.troubles if answer.ok or f"status of {answer.status}" not in said]
        page.troubles.clear()
    return found


def show_in(page, mode):
    """Set the window size, and the media features such as the colour scheme."""
    viewport, media = mode
    page.set_viewport_size(viewport)
    page.emulate_media(**{"color_scheme": "light", "forced_colors": "none", **media})
    page.evaluate(TRANSITIONS_ENDED)


def fits_into(page, size) -> bool:
    """Whether the page is no wider than a window of this size."""
    page.set_viewport_size(size)
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def fits_magnified(page, size) -> bool:
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits = fits_into(page, size)
    page.evaluate("document.documentElement.style.fontSize = ''")
    return fits


def in_turn(pages, modes):
    """Distribute the pages over the modes, as (mode, pages). Each page is tested in only one mode."""
    return [(mode, pages[place :: len(modes)]) for place, mode in enumerate(modes)]
