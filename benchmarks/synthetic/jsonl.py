"""Synthetic statements of plausible length and vocabulary, for benchmarks. The same seed gives the same statements."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.synthetic.vocabulary import prose, words

YEARS = 20
# The number of different texts. Further statements repeat these texts with other dates. More texts would take longer
# to generate, and would not change what is measured.
DISTINCT = 5_000
# The dates have equal steps. But each is moved by a fraction of a step that looks random: the statement's number times
# GOLDEN, modulo 1.
GOLDEN = (5**0.5 - 1) / 2
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


@dataclass(frozen=True)
class Series:
    """The lines of an archive, newest first, over twenty years up to `until`. Seed and number determine each text."""

    count: int
    seed: int
    until: datetime
    languages: tuple[str, ...] = ("en",)

    def line(self, number: int) -> dict:
        return {**self.said(number % DISTINCT), **self.placed(number)}

    def said(self, number: int) -> dict:
        chance = random.Random(f"{self.seed}-{number}")
        language = self.languages[number % len(self.languages)]
        write = English(chance) if language == "en" else Other(chance, language)
        return {
            "type": "statement",
            "language": language,
            "kind": chance.choice(KINDS),
            "title": f"{write.title()}, no. {number}",
            "lead": write.sentence(),
            "body_text": "\n\n".join(write.paragraph() for _place in range(chance.randint(3, 5))),
            "topics": chance.sample(TOPICS, chance.randint(1, 3)),
            "speaker": chance.choice(SPEAKERS),
        }

    def placed(self, number: int) -> dict:
        step = timedelta(days=365.25 * YEARS) / self.count
        return {
            "id": f"generated-{self.seed}-{number}",
            "published_at": (self.until - step * (number + number * GOLDEN % 1)).isoformat(),
        }


def lines(count: int, *, seed: int, until: datetime) -> Iterator[dict]:
    return map(Series(count, seed, until, ("en",)).line, range(count))


class English:
    def __init__(self, chance: random.Random):
        self.chance = chance

    def title(self) -> str:
        chance = self.chance
        what = chance.choice(WHAT).format(chance.choice(MATTER))
        return f"{chance.choice(WHO)} {chance.choice(DID)} {what} {chance.choice(WHERE)}"

    def sentence(self) -> str:
        return f"{self.title()}, {self.chance.choice(WHY)}."

    def paragraph(self) -> str:
        return f"{self.sentence()} {self.sentence()} {prose(self.chance, 'en')}"


class Other:
    def __init__(self, chance: random.Random, language: str):
        self.chance, self.language = chance, language

    def title(self) -> str:
        return " ".join(words(self.chance, self.language, 7)).capitalize()

    def sentence(self) -> str:
        return prose(self.chance, self.language, sentences=1)

    def paragraph(self) -> str:
        return prose(self.chance, self.language, sentences=5)
