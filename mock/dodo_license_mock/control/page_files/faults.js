// The pending faults.
import { act, send } from "./server.js";

const $ = (id) => document.getElementById(id);

function description(fault) {
  const what = fault.reset ? `reset ${fault.reset}` : fault.status ?? "response";
  const late = fault.latency ? `, latency ${fault.latency} s` : "";
  const often = fault.times === null ? "all" : `next ${fault.times}`;
  return `${often} x ${fault.method ?? "any"} ${fault.path ?? "*"}: ${what}${late}`;
}

export async function refresh() {
  const { faults } = await send("GET", "faults");
  $("faults").replaceChildren(...faults.map((fault) => {
    const item = document.createElement("li");
    item.textContent = description(fault);
    return item;
  }));
}

export function listen(refreshAll) {
  $("clear-faults").onclick = async () => {
    await act("The faults are cleared.", "DELETE", "faults");
    await refreshAll();
  };
  $("fault").onsubmit = async (event) => {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.target));
    const fault = { times: Number(form.times), latency: Number(form.latency) };
    if (form.method) fault.method = form.method;
    if (form.path) fault.path = form.path;
    if (form.kind === "before" || form.kind === "after") fault.reset = form.kind;
    else if (form.kind !== "latency") fault.status = Number(form.kind);
    await act("The fault is added.", "POST", "faults", fault);
    await refreshAll();
  };
}
