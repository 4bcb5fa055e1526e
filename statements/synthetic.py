"""Synthetic statements of a plausible length and vocabulary, for measuring: the same seed makes the same ones."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

YEARS = 20
KINDS = ["press-release"] * 5 + ["statement", "comment", "remarks", "interview", "answer", "article", "announcement"]
TOPICS = [
    *["Fisheries", "Trade", "Culture", "Consular affairs", "Railways", "Lakes and rivers", "Schools", "Energy"],
    *["Climate", "Health", "Agriculture", "Science", "Sport", "Tourism", "Human rights", "Security"],
]
SPEAKERS = ["Ada Morrow", "Tomas Ilven", "Ysolde Karamin", "Peter Valken", "Mira Osten", "Jonas Ferrow"]
WHO = [
    *["The Embassy", "The Ministry of Foreign Affairs", "The Ambassador", "The Government", "Our delegation"],
    *["The Consular Section", "The joint commission", "The trade mission", "The Cultural Attaché", "Parliament"],
]
DID = [
    *["welcomes", "has taken note of", "has presented", "will support", "has concluded", "regrets", "has reviewed"],
    *["announces", "is following closely", "has signed", "reaffirms", "has discussed", "firmly supports", "rejects"],
]
WHAT = [
    *["the agreement on {}", "the report about {}", "the joint programme for {}", "the proposals concerning {}"],
    *["the talks on {}", "the new rules for {}", "the exhibition about {}", "the recent statements on {}"],
]
MATTER = [
    *["fisheries", "rail freight", "school exchanges", "visa questions", "lake water", "wind energy", "grain exports"],
    *["museum loans", "air safety", "the northern ferry", "border crossings", "seed banks", "public health"],
    *["maritime rescue", "the opera season", "dairy products", "satellite data", "forest fires", "old manuscripts"],
]
WHERE = [
    *["in Port Brennick", "in Tavelle", "at the summit", "during the visit", "in the host country", "by the harbour"],
    *["in the presence of journalists", "at the request of both sides", "after two days of talks"],
]
WHY = [
    *["which both sides consider a step forward", "as was agreed last spring", "in the interest of all citizens"],
    *["and thanks everyone who has contributed", "without prejudice to earlier decisions", "as a matter of priority"],
    *["and invites all parties to do the same", "while the details remain to be settled", "for the years to come"],
]


def lines(count: int, *, seed: int, until: datetime) -> Iterator[dict]:
    """Lines of an archive for `count` statements, spread over the twenty years that end at `until`, newest first.

    Each statement depends on the seed and its own number alone.
    """
    step = timedelta(days=365.25 * YEARS) / max(count, 1)
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")
        yield {
            "type": "statement",
            "id": f"generated-{seed}-{number}",
            "language": "en",
            "kind": chance.choice(KINDS),
            "title": _title(chance, number),
            "lead": _sentence(chance),
            "body_text": "\n\n".join(_paragraph(chance) for _place in range(chance.randint(3, 5))),
            "published_at": (until - step * (number + chance.random())).isoformat(),
            "topics": chance.sample(TOPICS, chance.randint(1, 3)),
            "speaker": chance.choice(SPEAKERS),
        }


def _title(chance: random.Random, number: int) -> str:
    what = chance.choice(WHAT).format(chance.choice(MATTER))
    return f"{chance.choice(WHO)} {chance.choice(DID)} {what} {chance.choice(WHERE)}, no. {number}"


def _sentence(chance: random.Random) -> str:
    what = chance.choice(WHAT).format(chance.choice(MATTER))
    return f"{chance.choice(WHO)} {chance.choice(DID)} {what} {chance.choice(WHERE)}, {chance.choice(WHY)}."


def _paragraph(chance: random.Random) -> str:
    return " ".join(_sentence(chance) for _place in range(chance.randint(2, 4)))
