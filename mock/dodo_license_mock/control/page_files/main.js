// Shows the mock and follows it, one request of each kind per second.
import * as clock from "./clock.js";
import { open } from "./dialogs.js";
import * as faults from "./faults.js";
import * as keys from "./keys.js";
import * as requests from "./requests.js";
import { act } from "./server.js";
import * as webhooks from "./webhooks.js";

const $ = (id) => document.getElementById(id);
const parts = [clock, faults, keys, webhooks, requests];
let isSilent = false;

async function refresh() {
  try {
    await Promise.all(parts.map((part) => part.refresh()));
    if (isSilent) $("notice").textContent = "";
    isSilent = false;
  } catch (error) {
    if (!isSilent) $("notice").textContent = `The mock does not respond: ${error.message}`;
    isSilent = true;
  }
}

for (const part of parts) part.listen(refresh);
$("reset").onclick = () => {
  $("confirm-reset").returnValue = "";
  open($("confirm-reset"));
};
$("confirm-reset").onclose = async () => {
  if ($("confirm-reset").returnValue !== "reset") return;
  await act("The seed is restored.", "PUT", "reset");
  await refresh();
};

(async function watch() {
  await refresh();
  setTimeout(watch, 1000);
})();
