"use strict";
// Counts down to the minutes at which editions become public, without asking the server. The words and the units come
// from the page. Screen readers do not announce each minute.

(() => {
  const countdowns = Array.from(document.querySelectorAll(".countdown"), (node) => ({
    node,
    until: Date.parse(node.dataset.until),
    units: node.dataset.units.split("|"),
  }));

  const left = (minutes, units) => {
    const amounts = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
    const found = amounts.findIndex((amount) => amount > 0);
    const first = found < 0 ? 2 : found;
    return amounts.slice(first).map((amount, place) => `${amount}\u00a0${units[first + place]}`).join(" ");
  };

  const read = ({ node, until, units }, minute) =>
    minute < until ? node.dataset.pattern.replace("{left}", left((until - minute) / 60000, units)) : node.dataset.out;

  const tick = () => {
    const minute = Math.floor(Date.now() / 60000) * 60000;
    for (const countdown of countdowns) {
      const words = read(countdown, minute);
      if (countdown.node.textContent !== words) countdown.node.textContent = words;
    }
  };

  tick();
  // Look each second instead of waiting a minute, because timers stand still while a laptop sleeps.
  setInterval(tick, 1000);
  addEventListener("pageshow", tick);
  document.addEventListener("visibilitychange", tick);
})();
