"use strict";
// Shows the focal point on each picture. A click on the picture, or the arrow keys on the point, move it. Without this
// script the user writes the same two numbers into the inputs.

(() => {
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const bounded = (share) => Math.min(100, Math.max(0, Math.round(share)));

  const widget = (box) => {
    const row = box.closest(".inline-related");
    const [x, y] = ["x", "y"].map((axis) => row && row.querySelector(`input[type=number][name$="-focus_${axis}"]`));
    if (!x || !y) return;
    const picture = box.querySelector("img");
    const point = document.createElement("button");
    point.type = "button";
    point.className = "focal-point";
    const crop = document.createElement("img");
    crop.className = "focal-crop";
    crop.src = picture.src;
    crop.alt = box.dataset.crop;
    crop.title = box.dataset.crop;
    box.append(point);
    box.after(crop);

    const show = () => {
      const [left, top] = [x, y].map((input) => bounded(input.value === "" ? 50 : Number(input.value)));
      point.style.left = `${left}%`;
      point.style.top = `${top}%`;
      crop.style.objectPosition = `${left}% ${top}%`;
      point.setAttribute("aria-label", box.dataset.label.replace("{x}", left).replace("{y}", top));
    };
    const move = (left, top) => {
      x.value = bounded(left);
      y.value = bounded(top);
      // Other scripts listen for this event, for example draft-copy.js.
      for (const input of [x, y]) input.dispatchEvent(new Event("input", { bubbles: true }));
    };

    x.addEventListener("input", show);
    y.addEventListener("input", show);
    picture.addEventListener("click", (event) => {
      const { left, top, width, height } = picture.getBoundingClientRect();
      move(((event.clientX - left) / width) * 100, ((event.clientY - top) / height) * 100);
      point.focus();
    });
    point.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      const stride = event.shiftKey ? 10 : 2;
      move(Number(x.value || 50) + step[0] * stride, Number(y.value || 50) + step[1] * stride);
    });
    show();
  };

  for (const box of document.querySelectorAll("[data-focal]")) widget(box);
})();
