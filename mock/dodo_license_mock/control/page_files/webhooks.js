// The events and the attempts to deliver them.
import { act, send } from "./server.js";
import { button, fill, seconds } from "./tables.js";

const $ = (id) => document.getElementById(id);

function attempts(event) {
  if (event.attempts.length === 0) return event.next_attempt_at ? "pending" : "none";
  return event.attempts.map((each) => each.problem || `delivered (${each.status})`).join("; ");
}

let refreshAfterwards;

async function resend(id) {
  await act("The event is sent again.", "POST", "webhooks", { resend: id });
  await refreshAfterwards();
}

export async function refresh() {
  const { webhooks, types, has_receiver: hasReceiver } = await send("GET", "webhooks");
  const select = $("webhook").elements.type;
  if (select.options.length === 0) select.append(...types.map((type) => new Option(type)));
  const receiver = hasReceiver ? "" : "Without --webhook-url, events are only recorded.";
  if ($("receiver").textContent !== receiver) $("receiver").textContent = receiver;
  fill($("webhooks"), webhooks.reverse().map((event) => ({
    id: event.id,
    cells: [
      [seconds(event.body?.timestamp)], [event.type], [event.id, "muted"],
      [attempts(event), event.attempts.at(-1)?.problem ? "text bad" : "text"],
      [seconds(event.next_attempt_at)],
    ],
    buttons: () => (hasReceiver ? [button("Resend", event.id, () => resend(event.id))] : []),
  })));
}

export function listen(refreshAll) {
  refreshAfterwards = refreshAll;
  $("webhook").onsubmit = async (event) => {
    event.preventDefault();
    await act("The event is sent.", "POST", "webhooks", Object.fromEntries(new FormData(event.target)));
    await refreshAll();
  };
}
