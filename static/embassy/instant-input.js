// While the user types an instant, shows it in the time of both cities.
"use strict";

// How many milliseconds a zone's clocks are ahead of UTC at an instant.
function ahead(zone, instant) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, year: "numeric", month: "numeric", day: "numeric",
    hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23",
  }).formatToParts(instant);
  const get = (type) => Number(parts.find((part) => part.type === type).value);
  return Date.UTC(get("year"), get("month") - 1, get("day"), get("hour"), get("minute"), get("second")) - instant;
}

// The instants at which the zone's clocks show the local time: none, one or two, in order.
function instantsOf(local, zone) {
  const asUtc = Date.parse(local + "Z");
  const guesses = [-86400000, 86400000].map((day) => asUtc - ahead(zone, asUtc + day));
  return [...new Set(guesses)].filter((guess) => guess + ahead(zone, guess) === asUtc).sort((a, b) => a - b);
}

function reading(zone, city, instant, language) {
  // The site writes English dates with the day first, as "en-GB" does. "en" alone would be American English.
  const words = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    timeZone: zone, weekday: "long", day: "numeric", month: "long", year: "numeric",
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "shortOffset",
  }).format(instant);
  return `${city}: ${words} (${zone})`;
}

function describe(box) {
  const [time, city, occasion] = box.querySelectorAll("input, select");
  const output = box.querySelector("[data-readings]");
  output.replaceChildren();
  if (!time.value) return;
  const instants = instantsOf(time.value, city.value);
  const chosen = occasion && occasion.value === "second" ? instants.slice(-1) : instants.slice(0, 1);
  for (const instant of chosen) {
    for (const place of box.querySelector("template").content.querySelectorAll("[data-zone]")) {
      const line = document.createElement("span");
      line.textContent = reading(place.dataset.zone, place.dataset.city, instant, document.documentElement.lang);
      output.append(line);
    }
  }
}

document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-instant]");
  if (box) describe(box);
});
