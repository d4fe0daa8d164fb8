// The clock and the rate limit.
import { act, send } from "./server.js";
import { seconds } from "./tables.js";

const $ = (id) => document.getElementById(id);

export async function refresh() {
  const clock = await send("GET", "clock");
  const offset = clock.clock_offset_seconds;
  $("now").textContent = seconds(clock.now);
  $("offset").textContent = clock.frozen ? "frozen" : offset ? `${(offset / 86400).toFixed(2)} days from real time` : "real time";
  $("rate-limit").checked = (await send("GET", "rate-limit")).enabled;
}

export function listen(refreshAll) {
  const change = async (...request) => {
    await act(...request);
    await refreshAll();
  };
  $("real-time").onclick = () => change("The clock shows real time.", "DELETE", "clock");
  $("rate-limit").onchange = ({ target }) =>
    change(`The rate limit is ${target.checked ? "on" : "off"}.`, "PUT", "rate-limit", { enabled: target.checked });
  for (const advance of document.querySelectorAll("[data-advance]")) {
    advance.onclick = () =>
      change("The clock is advanced.", "PUT", "clock", { advance_seconds: Number(advance.dataset.advance) });
  }
  $("clock").onsubmit = (event) => {
    event.preventDefault();
    change("The clock is set.", "PUT", "clock", { now: event.target.elements.now.value });
  };
}
