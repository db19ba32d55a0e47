#pragma once

namespace fovea::web_bench {

/// Put into a page before its own scripts run; changes nothing of it. It notes, in milliseconds of the page's
/// clock: the click on "Send" (the event's own time), when the request was handed to the browser (`encoded`,
/// from Resource Timing), when text of the answer was in the document (`read`), when each was painted
/// (`shown`: a task behind the frame in which it was drawn), when the page's loop over the answer was over
/// (`end`) and that was painted (`end_shown`). `foveaBench.arm()` is a promise of all that for the next
/// question.
inline constexpr const char* kPageObserver = R"js(
(() => {
  let seen = null;
  const finish = (own, tries) => {
    const fetched = performance.getEntriesByType("resource").filter((one) => one.name.endsWith("/v1/chat/completions")).pop();
    if (!fetched && tries > 0) return setTimeout(finish, 5, own, tries - 1);
    const turn = turns[turns.length - 1];
    own.resolve({click: own.click, encoded: fetched ? fetched.startTime : 0, read: own.read, shown: own.shown, end: own.end,
      end_shown: own.endShown, timings: turn.timings || null, text: turn.answer, failed: turn.failed, state: turn.state});
  };
  const paintSoon = (own) => {
    if (own.drawing) return;
    own.drawing = true;
    requestAnimationFrame(() => {
      own.drawing = false;
      const drawn = own.read.length;
      const ended = own.end > 0;
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const painted = performance.now();
        while (own.shown.length < drawn) own.shown.push(painted);
        if (!ended || own.endShown) return;
        own.endShown = painted;
        finish(own, 40);
      };
      channel.port2.postMessage(0);
    });
  };
  new MutationObserver(() => {
    if (!seen || !seen.click) return;
    const now = performance.now();
    const last = document.querySelector("#talk > article:last-child > .text");
    const length = last ? last.textContent.length : 0;
    if (length > seen.length) {
      seen.length = length;
      seen.read.push(now);
      paintSoon(seen);
    }
    if (running !== null || turns.length === 0) return;
    seen.end = now;
    paintSoon(seen);
    seen = null;
  }).observe(document, {childList: true, subtree: true, characterData: true});
  document.addEventListener("click", (event) => {
    if (seen && !seen.click && event.target.closest("#send")) seen.click = event.timeStamp;
  }, true);
  window.foveaBench = {
    arm() {
      performance.clearResourceTimings();
      return new Promise((resolve) => {
        seen = {resolve, click: 0, read: [], shown: [], length: 0, drawing: false, end: 0, endShown: 0};
      });
    },
    // Milliseconds that making Base64 of the chosen pictures takes, once more.
    async base64() {
      const blobs = pictures.map((one) => {
        const bytes = atob(one.url.slice(one.url.indexOf(",") + 1));
        return new Blob([Uint8Array.from(bytes, (letter) => letter.charCodeAt(0))]);
      });
      const begin = performance.now();
      for (const blob of blobs) await readAsDataUrl(blob);
      return performance.now() - begin;
    },
    // Milliseconds from the files' being chosen to `count` pictures' being shown below the question.
    chosen(count) {
      return new Promise((resolve) => {
        let begin = 0;
        const file = document.getElementById("file");
        file.addEventListener("change", () => { begin = performance.now(); }, {capture: true, once: true});
        const watch = new MutationObserver(() => {
          if (document.querySelectorAll("#pictures > li").length < count) return;
          watch.disconnect();
          resolve(performance.now() - begin);
        });
        watch.observe(document.getElementById("pictures"), {childList: true});
      });
    },
  };
})();
)js";

}  // namespace fovea::web_bench
