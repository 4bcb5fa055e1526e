"use strict";
// Select2 draws its own fields over the admin's, without names for screen readers. This script gives them the names of
// the admin's fields.

(() => {
  const nameOf = (select) => {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    return label ? label.textContent.trim().replace(/:$/, "") : "";
  };

  const name = (select, drawn) => {
    for (const field of drawn.querySelectorAll("[role=combobox], [role=textbox], .select2-search__field")) {
      field.setAttribute("aria-label", nameOf(select));
    }
    const box = drawn.querySelector(".select2-selection--single");
    if (!box) return;
    // Screen readers say the name of the field first, then the chosen value.
    box.id = box.id || `${select.id}-box`;
    box.setAttribute("aria-labelledby", `${box.id} ${box.querySelector(".select2-selection__rendered").id}`);
  };

  const look = (drawn) => {
    // Select2 puts an open list at the end of the page, but its field beside the select.
    const hangs = drawn.querySelector(".select2-dropdown");
    const field = hangs ? document.querySelector("select + .select2-container--open") : drawn;
    const select = field && field.previousElementSibling;
    if (select && select.matches("select.admin-autocomplete")) name(select, drawn);
  };

  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (node.nodeType === Node.ELEMENT_NODE && node.matches(".select2-container")) look(node);
      }
    }
  }).observe(document, { childList: true, subtree: true });
})();
