"use strict";
// One answer: asks the server and calls back with what comes. Uses the public API alone.

const STAGE_COLOURS = {upload: "#8a6fc9", request_parse: "#a98be0", image_decode: "#d98e3f", preprocess: "#e5b24f", tokenize: "#c7c24a",
  queue: "#8b9499", vision: "#3f8fd9", prefill: "#2fa58e", first_token: "#57c26b", decode: "#0b756f", detokenize: "#7fb8b4"};

class HttpError extends Error {}

// Calls back for each JSON object of a stream of server-sent events.
async function readEvents(response, take) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  let ended = false;
  for (;;) {
    const {value, done} = await reader.read();
    if (done) break;
    held += value;
    const events = held.split("\n\n");
    held = events.pop();
    for (const event of events) {
      if (!event.startsWith("data: ")) continue;
      const data = event.slice(6);
      if (data === "[DONE]") ended = true;
      else take(JSON.parse(data));
    }
  }
  return ended;
}

async function errorOf(response) {
  try {
    return (await response.json()).error.message;
  } catch {
    return `HTTP ${response.status}`;
  }
}

function headers() {
  const key = sessionStorage.getItem("key");
  return {"Content-Type": "application/json", ...(key ? {Authorization: `Bearer ${key}`} : {})};
}

// `model`: empty for the server's default.
function questionBody(messages, model) {
  return JSON.stringify({...(model ? {model} : {}), messages, stream: true, stream_options: {include_usage: true, include_progress: true}});
}

async function askServer(body, signal, take) {
  const response = await fetch("/v1/chat/completions", {method: "POST", headers: headers(), signal, body});
  if (!response.ok) throw new HttpError(await errorOf(response));
  if (!(await readEvents(response, take))) throw new HttpError(say("lost"));
}

function stageBar(stages) {
  const bar = document.createElement("div");
  bar.className = "bar";
  const total = Object.values(stages).reduce((sum, value) => sum + value, 0);
  for (const [name, value] of Object.entries(stages)) {
    const part = document.createElement("i");
    part.style.width = `${(100 * value) / total}%`;
    part.style.background = STAGE_COLOURS[name] || "#999";
    part.title = `${name}: ${seconds(value)}`;
    bar.append(part);
  }
  bar.title = Object.entries(stages).map(([name, value]) => `${name}: ${seconds(value)}`).join("\n");
  return bar;
}
