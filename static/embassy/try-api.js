// Shows the answer of the API under the form that was sent. Without this script the browser opens the answer as a page.
for (const form of document.querySelectorAll("form[data-try]")) {
  const answer = document.createElement("pre");
  answer.setAttribute("role", "status");
  answer.tabIndex = 0;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = new URL(form.action);
    for (const [name, value] of new FormData(form)) {
      if (value) asked.searchParams.append(name, value);
    }
    form.after(answer);
    try {
      const response = await fetch(asked);
      const told = JSON.stringify(await response.json(), null, 2);
      answer.textContent = `GET ${asked}\n${response.status} ${response.statusText}\n\n${told}`;
    } catch (problem) {
      answer.textContent = `GET ${asked}\n${problem}`;
    }
  });
}
