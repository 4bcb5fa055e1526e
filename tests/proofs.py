"""A pytest plugin that lists the slow tests, called proofs, at the end of a run, with their results and durations."""

from collections import defaultdict

OUTCOMES = {"passed": "proved", "failed": "NOT PROVED", "error": "NOT PROVED", "skipped": "skipped"}


def pytest_collection_modifyitems(items):
    """Add each slow test's name, as a sentence, to its report, which pytest's processes send to the main process."""
    for item in items:
        if item.get_closest_marker("slow"):
            item.user_properties.append(("proof", item.originalname.removeprefix("test_").replace("_", " ")))


def pytest_terminal_summary(terminalreporter):
    seconds = defaultdict(list)
    for outcome in OUTCOMES:
        for report in terminalreporter.stats.get(outcome, ()):
            # A module that cannot be imported has a report without properties.
            if proof := dict(getattr(report, "user_properties", ())).get("proof"):
                seconds[OUTCOMES[outcome], proof].append(report.duration)
    if seconds:
        terminalreporter.section("proofs")
    for (outcome, proof), durations in sorted(seconds.items()):
        terminalreporter.line(f"{outcome}: {proof} ({len(durations)} tests, {sum(durations):.0f} s)")
