// The pictures and the files of an edition, read from the rows of its form.

function rows(form, kind) {
  const found = [...form.querySelectorAll(`input[name^="${kind}-"][name$="-shows"]`)];
  return found
    .map((input) => ({ shows: input.value, prefix: input.name.slice(0, -"shows".length) }))
    .filter(({ shows, prefix }) => shows && !prefix.includes("__prefix__") && !form.elements[`${prefix}DELETE`]?.checked);
}

export function pictures(form) {
  return rows(form, "figures").map(({ shows, prefix }) => ({
    digest: shows,
    alt: form.elements[`${prefix}alt`]?.value ?? "",
    caption: form.elements[`${prefix}caption`]?.value ?? "",
  }));
}

// Returns only files that have been saved, because a file gets its address when it is saved.
export function files(form) {
  return rows(form, "attachments")
    .map(({ prefix }) => ({
      title: form.elements[`${prefix}title`]?.value ?? "",
      language: form.elements[`${prefix}language`]?.value ?? "",
      address: form.querySelector(`#${prefix.slice(0, -1)} [data-address]`)?.dataset.address,
    }))
    .filter(({ address }) => address);
}
