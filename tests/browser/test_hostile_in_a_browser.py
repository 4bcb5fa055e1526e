"""After the cleaning, no hostile script runs in a real browser, even without a content security policy."""

import pytest

from statements.models import Edition
from tests.archives import import_lines, make_line
from tests.richtext.hostile import HOSTILE, RAW_RUNS

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# This script serialises the HTML and parses it again, which can turn text into markup. Then it sends events to each
# element and clicks it.
TOUCHES = """() => {
    const main = document.querySelector("main");
    main.innerHTML = main.innerHTML;
    for (const element of document.querySelectorAll("main *")) {
        for (const touch of ["mouseover", "pointerenter", "focus", "animationend", "toggle", "keydown"])
            element.dispatchEvent(new Event(touch, {bubbles: true}));
        element.click?.();
    }
}"""


QUARRY = "http://quarry.example/"
LAST = "http://last.example/"
# Expected requests: the page itself, links that the cleaning keeps, and the last two requests of the test.
LINKS = ("https://a.example", QUARRY, LAST)
# This script waits for two frames, in which animations can begin. Then it requests a picture that does not exist.
LAST_PICTURE = f"""() => new Promise((noticed) => requestAnimationFrame(() => requestAnimationFrame(() => {{
    const picture = new Image();
    picture.onerror = noticed;
    picture.src = "{LAST}picture";
}})))"""
LAST_LINK = f"""() => {{
    const link = document.createElement("a");
    link.href = "{LAST}link";
    document.body.append(link);
    link.click();
}}"""
HOOK = "<script>window.ran = 0; window.pwned = () => { window.ran += 1 }</script>"


@pytest.fixture
def show_unprotected(page):
    """Returns a function. It shows HTML without a content security policy, and returns the requests and dialogs."""
    noticed = []
    page.on("dialog", lambda dialog: (noticed.append(dialog.message), dialog.dismiss()))

    def show(html):
        def answer(route):
            if route.request.url == QUARRY:
                route.fulfill(
                    body=f"<!doctype html><title>x</title>{HOOK}<main>{html}</main>", content_type="text/html"
                )
            else:
                noticed.append(route.request.url)
                # After an answer without content, the browser stays on the page.
                route.fulfill(status=204 if route.request.is_navigation_request() else 404)

        page.route("**", answer)
        page.goto(QUARRY)
        return noticed

    return show


@pytest.mark.parametrize("name", RAW_RUNS)
def test_the_fragments_run_if_they_are_not_cleaned(show_unprotected, page, name):
    show_unprotected(HOSTILE[name][0])
    page.wait_for_function("() => window.ran > 0")


def test_nothing_that_was_stored_runs_even_when_it_is_touched(show_unprotected, page, tmp_path, mission, noon):
    import_lines(tmp_path, *[make_line(name, body_html=html) for name, (html, _words) in HOSTILE.items()])
    bodies = list(Edition.objects.values_list("body", flat=True))
    assert len(bodies) >= 100
    noticed = show_unprotected("".join(f"<section>{body}</section>" for body in bodies))
    assert noticed == []
    page.evaluate(TOUCHES)
    # The browser works in order. When these two last requests have been made, it has also made every request that
    # TOUCHES caused.
    page.evaluate(LAST_PICTURE)
    with page.expect_request(f"{LAST}link"):
        page.evaluate(LAST_LINK)
    assert page.evaluate("window.ran") == 0
    assert [what for what in noticed if not what.startswith(LINKS)] == []
    assert page.locator("main > section").count() == len(bodies)
    assert page.locator("main [id], main [name], main [style], main script, main img, main iframe").count() == 0
