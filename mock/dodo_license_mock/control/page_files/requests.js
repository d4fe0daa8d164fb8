// The recorded requests.
import { open } from "./dialogs.js";
import { act, send } from "./server.js";
import { button, fill, seconds } from "./tables.js";

const MAX_ROWS = 200;
const $ = (id) => document.getElementById(id);
let entries = [];
let last = 0;

export async function refresh() {
  const journal = await send("GET", `journal?after=${last}`);
  if (journal.last < last) {
    [entries, last] = [[], 0];
    return refresh();
  }
  const added = journal.entries.filter((entry) => entry.number > last);
  if (added.length === 0 && last > 0) return;
  entries = [...added.reverse(), ...entries].slice(0, MAX_ROWS);
  last = journal.last;
  fill($("journal"), entries.map((entry) => ({
    id: entry.number,
    cells: [
      [entry.number, "number"], [seconds(entry.at)], [`${entry.method} ${entry.path}`],
      [(entry.status || "reset") + (entry.fault ? " (fault)" : ""), entry.problem || entry.fault ? "bad" : "active"],
      [entry.problem, "text"],
    ],
    buttons: () => [button("Details", `of request ${entry.number}`, () => show(entry))],
  })));
}

function show(entry) {
  const { query, body, response, duration } = entry;
  $("request-title").textContent = `Request ${entry.number}: ${entry.method} ${entry.path}`;
  const content = { query, body, status: entry.status, response, seconds: duration };
  $("request").textContent = JSON.stringify(content, null, 2);
  open($("request-dialog"));
}

export function listen(refreshAll) {
  $("clear-journal").onclick = async () => {
    await act("The requests are cleared.", "DELETE", "journal");
    await refreshAll();
  };
}
