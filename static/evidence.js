// Files on their way: previews, pasted pictures, a bar that moves, and a clean word when it fails.
// Without this file the form is sent as any other.

const form = document.querySelector("form[data-upload]");
const input = form?.querySelector("input[type=file][multiple]");
const chosen = document.getElementById("chosen");
const bar = form?.querySelector("progress");
const status = document.getElementById("upload-status");
const words = form?.dataset ?? {};

function megabytes(bytes) {
  return (bytes / 1048576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
}

// The server looks into each file; this only spares sending what its name or size rules out.
function faultOf(file) {
  if (file.size > Number(words.most)) return words.tooLarge;
  const ending = file.name.includes(".") ? file.name.slice(file.name.lastIndexOf(".")).toLowerCase() : "";
  return !ending || words.endings.split(",").includes(ending) ? "" : words.wrongKind;
}

function show() {
  chosen.replaceChildren();
  let fault = "";
  for (const file of input.files) {
    const row = document.createElement("li");
    if (file.type.startsWith("image/")) {
      const picture = document.createElement("img");
      picture.className = "preview";
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
      // A browser may not know HEIC; the page of the case shows it all the same.
      picture.addEventListener("error", () => picture.remove());
      row.append(picture);
    } else if (file.type.startsWith("video/")) {
      const video = document.createElement("video");
      video.className = "preview";
      video.controls = true;
      video.preload = "metadata";
      video.src = URL.createObjectURL(file);
      row.append(video);
    }
    row.append(`${file.name} (${megabytes(file.size)} MB)`);
    const said = faultOf(file);
    if (said) {
      row.append(" ", said);
      fault = `${file.name} ${said}`;
    }
    chosen.append(row);
  }
  status.textContent = fault;
}

function add(files) {
  const all = new DataTransfer();
  for (const file of [...input.files, ...files]) all.items.add(file);
  input.files = all.files;
  show();
}

function failed(text) {
  bar.hidden = true;
  form.querySelector("button[type=submit]").disabled = false;
  status.textContent = text;
}

// The answer is shown as it came: asking for the page again would lose what it says.
function answered(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = page.querySelector("main");
  if (!main) {
    failed(words.failed);
    return;
  }
  if (request.responseURL !== location.href) {
    history.pushState(null, "", request.responseURL);
    addEventListener("popstate", () => location.reload());
  }
  document.title = page.title;
  document.querySelector("main").replaceWith(main);
  window.htmx?.process(main);
  scrollTo(0, 0);
  main.focus();
}

function send(event) {
  event.preventDefault();
  const request = new XMLHttpRequest();
  request.open("POST", form.action || location.href);
  request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
    if (!lengthComputable) return;
    bar.value = loaded / total;
    status.textContent = loaded < total ? `${megabytes(loaded)} / ${megabytes(total)} MB` : words.checking;
  });
  request.addEventListener("load", () => answered(request));
  request.addEventListener("error", () => failed(words.failed));
  request.addEventListener("timeout", () => failed(words.failed));
  bar.hidden = false;
  bar.value = 0;
  form.querySelector("button[type=submit]").disabled = true;
  request.send(new FormData(form));
}

if (form && input) {
  input.addEventListener("change", show);
  form.addEventListener("submit", send);
  document.addEventListener("paste", ({ clipboardData }) => {
    const files = [...(clipboardData?.files ?? [])];
    if (files.length) add(files);
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
}
