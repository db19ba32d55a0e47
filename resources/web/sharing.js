"use strict";
// How questions share the engine: which mode counts, what it costs, and choosing another. Hidden where the server doesn't tell.
let sharing = null;  // what GET /v1/scheduling gives

async function askSharing(request) {
  const response = await fetch("/v1/scheduling", {headers: headers(), ...request});
  if (!response.ok) throw new HttpError(await errorOf(response));
  sharing = await response.json();
}

function drawSharing() {
  document.getElementById("sharing").hidden = !sharing;
  if (!sharing) return;
  const modes = [...Object.keys(sharing.modes), ...(sharing.mode in sharing.modes ? [] : [sharing.mode])];
  const choice = document.getElementById("mode");
  choice.replaceChildren(...modes.map((mode) => new Option(say("modes")[mode], mode, false, mode === sharing.mode)));
  document.getElementById("mode-name").textContent = say("mode");
  document.getElementById("mode-cost").textContent = say("costs")[sharing.mode](sharing);
}

async function readSharing() {
  try {
    await askSharing({});
  } catch {
    sharing = null;  // the route is closed, or a key is missing: showModel says so
  }
  drawSharing();
}

async function chooseMode(mode) {
  const notice = document.getElementById("notice");
  notice.textContent = "";
  try {
    await askSharing({method: "PUT", body: JSON.stringify({mode})});
  } catch (error) {
    notice.textContent = error instanceof HttpError ? error.message : say("unreachable");
  }
  drawSharing();
}
