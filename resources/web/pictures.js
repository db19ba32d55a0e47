"use strict";
// The pictures that go with the next question: [{name, url, note, before, after}], url a data URL; before and after (bytes of the file
// and of what is sent) only where it was made smaller.
let pictures = [];

function readAsDataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

// A smaller JPEG where the person asked for one and it has fewer bytes; the file as it is otherwise.
async function shrunk(file) {
  const side = Number(document.getElementById("side").value);
  if (!side) return {blob: file, note: ""};
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const quality = Number(document.getElementById("quality").value) / 100;
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  if (blob.size >= file.size) return {blob: file, note: say("notShrunk", file.size)};
  return {blob, note: say("shrunk", file.size, blob.size), before: file.size, after: blob.size};
}

async function addPictures(files) {
  const notice = document.getElementById("notice");
  notice.textContent = "";
  for (const file of files) {
    try {
      await createImageBitmap(file);
      const {blob, ...told} = await shrunk(file);
      pictures.push({name: file.name || "picture", url: await readAsDataUrl(blob), ...told});
    } catch {
      notice.textContent = say("noPicture", file.name);
    }
  }
  showPictures();
}

function showPictures() {
  const list = document.getElementById("pictures");
  list.replaceChildren(...pictures.map((picture) => {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.src = picture.url;
    image.alt = picture.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "×";
    remove.title = say("remove");
    remove.setAttribute("aria-label", `${say("remove")} ${picture.name}`);
    remove.onclick = () => {
      pictures = pictures.filter((other) => other !== picture);
      showPictures();
    };
    item.append(image, remove, picture.note);
    return item;
  }));
}
