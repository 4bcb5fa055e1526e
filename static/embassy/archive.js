// Shows new results in the archive while the user chooses or types, without a reload. Without this script the user
// submits the form.
(() => {
  const form = document.getElementById("filter");
  const count = document.getElementById("count");
  const PAUSE = 250;
  let waiting = null;
  let asked = null;
  // Whether the results shown were found while the user typed. Then the last word may be the beginning of a word.
  let beginning = false;

  const addressOf = () => {
    const query = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...query]) {
      if (!value) query.delete(name, value);
    }
    const sort = new URLSearchParams(location.search).get("sort");
    if (sort && query.has("q")) query.set("sort", sort);
    const text = query.toString();
    return form.getAttribute("action") + (text ? `?${text}` : "");
  };

  // The number of results. It takes the keyboard focus when the element that had the focus is gone.
  const said = () => {
    count.tabIndex = -1;
    return count;
  };

  const renew = (page) => {
    const focused = document.activeElement && document.activeElement.id;
    const scrolled = new Map(
      [...document.querySelectorAll("#choices ul")].map((list, place) => [place, list.scrollTop]),
    );
    for (const part of document.querySelectorAll("[data-renewed]")) {
      part.replaceChildren(...page.getElementById(part.id).childNodes);
    }
    document.querySelectorAll("#choices ul").forEach((list, place) => {
      list.scrollTop = scrolled.get(place) || 0;
    });
    if (focused && document.activeElement.id !== focused) (document.getElementById(focused) || said()).focus();
    // The links to other languages and to the feeds have the same filters as the results.
    const languages = page.querySelector("nav.languages");
    if (languages) document.querySelector("nav.languages").replaceWith(languages);
    document.querySelectorAll("link[rel=alternate]").forEach((link) => link.remove());
    document.head.append(...page.querySelectorAll("link[rel=alternate]"));
    document.title = page.title;
    document.querySelector("link[rel=canonical]").href = page.querySelector("link[rel=canonical]").href;
    count.textContent = page.getElementById("count").textContent;
  };

  const fill = (page) => {
    for (const name of ["q", "from", "to"]) form.elements[name].value = page.getElementById(`filter-${name}`).value;
  };

  // `how` is "push" for a step that the back button undoes, "replace" while the user types, "" after the back button.
  // Whether the user was `typing` is stored in the state of the browser's history, and not in the address.
  const show = async (address, how, { keepForm = true, typing = beginning } = {}) => {
    beginning = typing;
    clearTimeout(waiting);
    if (asked) asked.abort();
    asked = new AbortController();
    const results = document.getElementById("results");
    results.setAttribute("aria-busy", "true");
    try {
      const from = typing ? `${address}${address.includes("?") ? "&" : "?"}typing=1` : address;
      const answer = await fetch(from, { signal: asked.signal, headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.getElementById("results")) throw new Error("another page");
      if (how) history[`${how}State`]({ typing }, "", address);
      if (!keepForm) fill(page);
      renew(page);
      results.removeAttribute("aria-busy");
    } catch (problem) {
      if (problem.name !== "AbortError") location.assign(address);
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(addressOf(), "push", { typing: false });
  });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "q") show(addressOf(), "push");
  });
  form.elements.q.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show(addressOf(), "replace", { typing: true }), PAUSE);
  });
  document.getElementById("results").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const plain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) && event.button === 0;
    if (!link || !plain) return;
    const to = new URL(link.href);
    if (to.origin !== location.origin || to.pathname !== location.pathname) return;
    event.preventDefault();
    // The link is gone when the results have been replaced, so the focus moves to the number of results.
    show(to.pathname + to.search, "push", { keepForm: false }).then(() => said().focus({ preventScroll: !link.rel }));
  });
  addEventListener("popstate", (step) => {
    show(location.pathname + location.search, "", { keepForm: false, typing: Boolean(step.state?.typing) });
  });
})();
