"use strict";
// Keeps the two clocks right without asking the server: the visitor's device has the instant, and the page says how far
// each city is ahead of UTC, and when that changes. The device's own time zones may be older, so they are not asked.

(() => {
  // If staff see the site as of another instant, the clocks do not move.
  if (document.documentElement.hasAttribute("data-travelling")) return;
  const list = document.querySelector(".clocks");
  const weekdays = list.dataset.weekdays.split("|");

  const clocks = Array.from(list.querySelectorAll("time"), (time) => ({
    time,
    weekday: time.parentElement.querySelector(".weekday"),
    ahead: Number(time.dataset.ahead),
    changes: time.dataset.changes.split(" ").filter(Boolean).map((change) => {
      const [instant, ahead] = change.split("/");
      return { instant: Date.parse(instant), ahead: Number(ahead) };
    }),
  }));

  const read = (clock, minute) => {
    const last = clock.changes.filter(({ instant }) => instant <= minute).pop() || clock;
    const local = new Date(minute + last.ahead * 60000).toISOString();
    const [date, time] = [local.slice(0, 10), local.slice(11, 16)];
    return { date, time, ahead: last.ahead };
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
