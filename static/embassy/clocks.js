"use strict";
// Keeps the two clocks right without asking the server: the visitor's device has the instant, Intl has the time zones.

(() => {
  // If staff see the site as of another instant, the clocks do not move.
  if (document.documentElement.hasAttribute("data-travelling")) return;
  const list = document.querySelector(".clocks");
  const weekdays = list.dataset.weekdays.split("|");

  const clocks = Array.from(list.querySelectorAll("time"), (time) => ({
    time,
    weekday: time.parentElement.querySelector(".weekday"),
    // "en-GB" is used only to get the parts as numbers. The words on the page come from the server.
    format: new Intl.DateTimeFormat("en-GB", {
      timeZone: time.dataset.zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    }),
  }));

  const read = (clock, minute) => {
    const part = Object.fromEntries(clock.format.formatToParts(minute).map(({ type, value }) => [type, value]));
    const date = `${part.year}-${part.month}-${part.day}`;
    const time = `${part.hour}:${part.minute}`;
    const ahead = (Date.parse(`${date}T${time}Z`) - minute) / 60000;
    return { date, time, ahead };
  };

  const offset = (ahead) => {
    const two = (number) => String(number).padStart(2, "0");
    const size = Math.abs(ahead);
    return `${ahead < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  };

  const write = (node, text) => {
    if (node.textContent !== text) node.textContent = text;
  };

  let shown = 0;

  const tick = () => {
    const minute = Math.floor(Date.now() / 60000) * 60000;
    if (minute === shown) return;
    shown = minute;
    const now = clocks.map((clock) => read(clock, minute));
    const marked = now.some(({ date }) => date !== list.dataset.today);
    clocks.forEach((clock, index) => {
      const { date, time, ahead } = now[index];
      clock.time.dateTime = `${date}T${time}:00${offset(ahead)}`;
      write(clock.time, time);
      write(clock.weekday, marked ? weekdays[(new Date(date).getUTCDay() + 6) % 7] : "");
    });
  };

  tick();
  // Look each second instead of waiting a minute, because timers stand still while a laptop sleeps.
  setInterval(tick, 1000);
  addEventListener("pageshow", tick);
  document.addEventListener("visibilitychange", tick);
})();
