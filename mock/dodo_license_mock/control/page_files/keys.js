// The license keys: search, edit and create, and their instances.
import { numberOrNull, onSubmit, open, textOrNull } from "./dialogs.js";
import { send } from "./server.js";
import { button, fill, seconds } from "./tables.js";

const $ = (id) => document.getElementById(id);
const shown = new Map();
let page = 0;

export async function refresh() {
  const query = new URLSearchParams(new FormData($("search")));
  query.set("page", page);
  const { license_keys: keys, has_more: hasMore } = await send("GET", `license-keys?${query}`);
  shown.clear();
  for (const key of keys) shown.set(key.id, key);
  fill($("keys"), keys.map((key) => ({
    id: key.id,
    cells: [
      [key.id], [key.status, key.status], [key.activations_limit, "number"],
      [key.instances_count, "number"], [seconds(key.expires_at)], [key.subscription_id],
      [key.source], [key.customer_id, "muted"],
    ],
    buttons: () => [
      button("Edit", key.id, () => edit(key.id)),
      button("Instances", key.id, () => showInstances(key.id)),
    ],
  })));
  const first = $("keys").rows.length ? `page ${page + 1}` : "no keys";
  if ($("page").textContent !== first) $("page").textContent = first;
  $("previous").disabled = page === 0;
  $("next").disabled = !hasMore;
}

function edit(id) {
  const key = shown.get(id);
  const { activations_limit: limit, expires_at: expires, disabled } = $("edit").elements;
  $("edit-title").textContent = `Edit ${id}`;
  $("edit").dataset.id = id;
  limit.value = limit.defaultValue = key.activations_limit ?? "";
  expires.value = expires.defaultValue = key.expires_at ?? "";
  disabled.checked = disabled.defaultChecked = key.disabled;
  open($("edit-dialog"));
}

async function showInstances(id) {
  const { instances } = await send("GET", `instances?${new URLSearchParams({ license_key_id: id })}`);
  $("instances-title").textContent = `Instances of ${id}: ${instances.length || "none"}`;
  fill($("instances"), instances.map((each) => ({
    id: each.id,
    cells: [[each.id], [each.name, "text"], [seconds(each.created_at)]],
  })));
  open($("instances-dialog"));
}

export function listen(refreshAll) {
  const turn = (pages) => {
    page = Math.max(0, page + pages);
    refreshAll();
  };
  $("previous").onclick = () => turn(-1);
  $("next").onclick = () => turn(1);
  $("search").onsubmit = (event) => {
    event.preventDefault();
    turn(-page);
  };
  $("search").elements.status.onchange = () => turn(-page);
  onSubmit($("edit"), async ({ activations_limit: limit, expires_at: expires, disabled }) => {
    const changes = {};
    if (limit.value !== limit.defaultValue) changes.activations_limit = numberOrNull(limit);
    if (expires.value !== expires.defaultValue) changes.expires_at = textOrNull(expires);
    if (disabled.checked !== disabled.defaultChecked) changes.disabled = disabled.checked;
    await send("PATCH", `license-keys/${encodeURIComponent($("edit").dataset.id)}`, changes);
    await refreshAll();
  });
  $("create").onclick = () => {
    const { customer_id: customer, product_id: product } = $("create-form").elements;
    const [example] = shown.values();
    customer.value ||= example?.customer_id ?? "";
    product.value ||= example?.product_id ?? "";
    open($("create-dialog"));
  };
  onSubmit($("create-form"), async (form) => {
    await send("POST", "license-keys", {
      key: form.key.value,
      customer_id: form.customer_id.value,
      product_id: form.product_id.value,
      activations_limit: numberOrNull(form.activations_limit),
      expires_at: textOrNull(form.expires_at),
    });
    form.key.value = "";
    turn(-page);
  });
}
