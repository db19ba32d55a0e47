"use strict";
// The page: the conversation, which stays in this browser, and the question being written.

const byId = (id) => document.getElementById(id);
let turns = [];      // [{question, images: [{name, url, before, after}], model (where there are several), answer, thought, state, failed, timings, usage, vision,
                     //   smaller: {before, after, seconds}}]
let running = null;  // the AbortController of the answer that is coming

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

function drawTurn(turn) {
  const article = document.createElement("article");
  const asked = element("div", "asked");
  for (const image of turn.images) {
    const shown = document.createElement("img");
    shown.src = image.url;
    shown.alt = image.name;
    asked.append(shown);
  }
  asked.append(turn.question);
  article.append(asked);
  if (turn.thought) {
    const fold = document.createElement("details");
    fold.append(element("summary", "state", say("thoughts")), element("div", "thought", turn.thought));
    article.append(fold);
  }
  article.append(element("div", "text", turn.answer));
  if (turn.state) article.append(element("div", turn.failed ? "state failed" : "state", turn.state));
  if (turn.timings) {
    article.append(stageBar(turn.timings.stages));
    if (turn.model) article.append(element("div", "figures answerer", say("by", turn.model)));
    if (turn.usage) article.append(element("div", "figures", say("figures", turn.timings, turn.usage)));
    if (turn.smaller) article.append(element("div", "figures", say("smaller", turn.smaller)));
    for (const seen of turn.vision || []) article.append(element("div", "figures", say("saw", seen)));
  }
  return article;
}

function drawLast() {
  const talk = byId("talk");
  const atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
  const made = drawTurn(turns[turns.length - 1]);
  if (talk.children.length === turns.length) talk.lastElementChild.replaceWith(made);
  else talk.append(made);
  if (atEnd) talk.scrollTop = talk.scrollHeight;
}

// Pictures can be larger than the browser keeps; the words stay in any case.
function keep() {
  for (const kept of [turns, turns.map((turn) => ({...turn, images: []}))]) {
    try {
      localStorage.setItem("turns", JSON.stringify(kept));
      return;
    } catch {
      continue;
    }
  }
}

function messages() {
  const list = [];
  turns.forEach((turn, i) => {
    const parts = turn.images.map((image) => ({type: "image_url", image_url: {url: image.url}}));
    list.push({role: "user", content: [...parts, {type: "text", text: turn.question}]});
    if (i + 1 < turns.length && turn.answer) list.push({role: "assistant", content: turn.answer});
  });
  return list;
}

// What smaller pictures saved, those of earlier turns included, which are sent again: the server says how long the question took to
// come, and what was not sent would have come as fast. `sent`: characters of the question, nearly all of them Base64.
function savedBy(images, sent, timings) {
  const made = images.filter((image) => image.before);
  if (made.length === 0) return null;
  const [before, after] = ["before", "after"].map((which) => made.reduce((sum, image) => sum + image[which], 0));
  return {before, after, seconds: (timings.stages.upload || 0) * ((before - after) * 4 / 3 / sent)};
}

function take(turn, event) {
  if (event.error) throw new HttpError(event.error.message);
  const choice = event.choices[0];
  if (choice) {
    turn.state = choice.finish_reason === "length" ? say("cut") : "";
    turn.answer += choice.delta.content || "";
    turn.thought += choice.delta.reasoning_content || "";
  }
  const progress = event.progress;
  if (progress && progress.stage === "queue") turn.state = progress.ahead > 0 ? say("queue", progress.ahead) : say("waiting");
  if (progress && progress.stage === "preprocess") turn.vision = progress.vision.map((seen, i) => ({...seen, name: (turn.images[i] || seen).name}));
  if (progress && progress.stage === "vision") turn.state = say("looking", progress.done, progress.total);
  if (progress && progress.stage === "prefill") turn.state = say("reading", progress.done, progress.total);
  if (event.timings) turn.timings = event.timings;
  if (event.usage) turn.usage = event.usage;
  drawLast();
}

async function ask() {
  const question = byId("question").value.trim();
  byId("notice").textContent = question ? "" : say("empty");
  if (!question) return;
  const turn = {question, images: pictures.map(({name, url, before, after}) => ({name, url, before, after})), model: byId("models").value, answer: "", thought: "", state: say("waiting"), failed: false};
  turns.push(turn);
  pictures = [];
  showPictures();
  byId("question").value = "";
  drawLast();
  byId("talk").scrollTop = byId("talk").scrollHeight;
  running = new AbortController();
  byId("send").textContent = say("stop");
  try {
    const body = questionBody(messages(), turn.model);
    await askServer(body, running.signal, (event) => {
      if (event.timings) turn.smaller = savedBy(turns.flatMap((one) => one.images), body.length, event.timings);
      take(turn, event);
    });
  } catch (error) {
    turn.failed = error.name !== "AbortError";
    turn.state = !turn.failed ? say("stopped") : error instanceof HttpError ? error.message : say("unreachable");
  }
  running = null;
  byId("send").textContent = say("send");
  drawLast();
  keep();
}

function drawAll() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  const names = {clear: "clear", key: "key", language: "other", "shrink-title": byId("side").value ? "shrinkOn" : "shrink", "side-name": "side", "quality-name": "quality"};
  for (const [id, word] of Object.entries(names)) byId(id).textContent = say(word);
  byId("choose").firstElementChild.textContent = say("choose");
  byId("send").textContent = say(running ? "stop" : "send");
  byId("question").placeholder = say("question");
  byId("question").setAttribute("aria-label", say("question"));
  byId("models").setAttribute("aria-label", say("model"));
  byId("models").title = say("turns");
  byId("talk").replaceChildren(...turns.map(drawTurn));
  showPictures();
  drawSharing();
}

async function showModel() {
  try {
    const response = await fetch("/v1/models", {headers: headers()});
    if (!response.ok) throw new HttpError(await errorOf(response));
    const models = (await response.json()).data;
    const several = models.length > 1;
    const wished = byId("models").value || localStorage.getItem("model");
    const chosen = models.some(({id}) => id === wished) ? wished : models[0].id;
    byId("model").textContent = several ? "" : models[0].id;
    byId("model").title = several ? "" : models[0].note;
    byId("models").hidden = !several;
    byId("models").replaceChildren(...(several ? models : []).map(({id}) => new Option(id, id, false, id === chosen)));
  } catch (error) {
    byId("model").textContent = error instanceof HttpError ? error.message : say("unreachable");
  }
}

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) running.abort();
  else ask();
});
byId("question").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (!running) ask();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && running) running.abort();
});
byId("file").addEventListener("change", (event) => {
  addPictures([...event.target.files]);
  event.target.value = "";
});
document.addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files];
  if (files.length > 0) addPictures(files);
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  byId("ask").classList.add("over");
});
document.addEventListener("dragleave", () => byId("ask").classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  byId("ask").classList.remove("over");
  addPictures([...event.dataTransfer.files]);
});
byId("side").addEventListener("change", drawAll);
byId("clear").addEventListener("click", () => {
  if (running) running.abort();
  turns = [];
  localStorage.removeItem("turns");
  drawAll();
});
byId("key").addEventListener("click", () => {
  const key = prompt(say("askKey"), "");
  if (key !== null) sessionStorage.setItem("key", key);
  showModel();
  readSharing();
});
byId("models").addEventListener("change", (event) => localStorage.setItem("model", event.target.value));
byId("mode").addEventListener("change", (event) => chooseMode(event.target.value));
byId("language").addEventListener("click", () => {
  language = language === "en" ? "zh" : "en";
  localStorage.setItem("language", language);
  drawAll();
});

try {
  turns = JSON.parse(localStorage.getItem("turns")) || [];
} catch {
  turns = [];
}
drawAll();
showModel();
readSharing();
