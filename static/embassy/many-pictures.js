// When pictures are chosen or dropped, each gets a row of the form, with an input for its alternative text. Without
// this script, the rows are made when the form is saved.

const group = document.querySelector("#figures-group");
const input = document.querySelector("#figures-uploads");

function listOf(files) {
  const list = new DataTransfer();
  for (const file of files) list.items.add(file);
  return list.files;
}

async function draw(file, upload) {
  // Draw on a canvas, because the content security policy allows no image from a blob.
  const canvas = document.createElement("canvas");
  canvas.className = "picture-preview";
  canvas.setAttribute("aria-hidden", "true");
  upload.after(canvas);
  try {
    const picture = await createImageBitmap(file, { resizeWidth: 320 });
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext("2d").drawImage(picture, 0, 0);
  } catch {
    // The browser cannot show the file. When the form is saved, the server says what is wrong with it.
    canvas.remove();
  }
}

function addRow(file) {
  group.querySelector(".add-row a").click();
  const row = [...group.querySelectorAll(".dynamic-figures")].at(-1);
  const upload = row.querySelector("input[type=file]");
  upload.files = listOf([file]);
  upload.dispatchEvent(new Event("change", { bubbles: true }));
  draw(file, upload);
  return row;
}

// Makes rows for as many pictures as the server takes at once. The others stay chosen, and get rows when the form is
// saved.
function take(files) {
  const most = Number(input.dataset.most);
  const rows = [...files].slice(0, most).map(addRow);
  input.files = listOf([...files].slice(most));
  rows[0]?.querySelector("[name$='-alt']").focus();
}

function dropped(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  if (event.type === "drop") take(event.dataTransfer.files);
}

if (group && input) {
  input.addEventListener("change", () => take(input.files));
  const area = input.closest("fieldset");
  for (const type of ["dragover", "drop"]) area.addEventListener(type, dropped);
}
