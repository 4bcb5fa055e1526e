// Takes a file that is too large out of its input as soon as it is chosen, and says so. The server would refuse the
// whole form.

const template = document.querySelector("template[data-too-large]");
const most = Number(template.dataset.tooLarge);

function listOf(files) {
  const list = new DataTransfer();
  for (const file of files) list.items.add(file);
  return list.files;
}

function saying(file) {
  const words = template.content.firstElementChild.cloneNode(true);
  words.querySelector("[data-name]").textContent = file.name;
  words.dataset.fileRefused = "";
  return words;
}

function check(input) {
  const files = [...input.files];
  const large = files.filter((file) => file.size > most);
  input.parentElement.querySelectorAll("[data-file-refused]").forEach((words) => words.remove());
  if (!large.length) return;
  input.files = listOf(files.filter((file) => file.size <= most));
  input.before(...large.map(saying));
}

// Listen in the capture phase, so that many-pictures.js gets only the files that are left.
document.addEventListener("change", ({ target }) => {
  if (target.type === "file") check(target);
}, true);
