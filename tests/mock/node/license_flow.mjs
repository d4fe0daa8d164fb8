// Drives the mock through the official Node SDK and prints what it saw as one line of JSON.
import DodoPayments from "dodopayments";

const client = new DodoPayments({
  bearerToken: process.env.MOCK_TOKEN,
  baseURL: process.env.MOCK_BASE_URL,
  maxRetries: 0,
});

const refusals = [];
async function refused(call) {
  try {
    await call();
    refusals.push("no refusal");
  } catch (error) {
    refusals.push([error.constructor.name, error.status, error.error?.code]);
  }
}

const first = await client.licenseKeys.list({ page_size: 5 });
const id = process.env.MOCK_KEY_ID;
const before = await client.licenseKeys.retrieve(id);
const limited = await client.licenseKeys.update(id, {
  activations_limit: 3,
  expires_at: "2090-01-01T00:00:00Z",
});
const unlimited = await client.licenseKeys.update(id, { activations_limit: null });
// The sample of the documentation: it sends no body.
let sample = "";
try {
  await client.licenseKeys.update(id);
} catch (error) {
  sample = [error.status, error.error?.message];
}
const empty = await client.licenseKeys.update(id, {});
const created = await client.licenseKeys.create({
  key: "FROM-NODE",
  customer_id: before.customer_id,
  product_id: before.product_id,
  activations_limit: 1,
});
const instance = await client.licenses.activate({ license_key: created.key, name: "Laptop" });
const renamed = await client.licenseKeyInstances.update(instance.id, { name: "Desktop" });
const instances = await client.licenseKeyInstances.list({ license_key_id: created.id });
const valid = await client.licenses.validate({ license_key: created.key });
await refused(() => client.licenses.activate({ license_key: created.key, name: "Second" }));
await client.licenses.deactivate({
  license_key: created.key,
  license_key_instance_id: instance.id,
});
await refused(() => client.licenseKeyInstances.retrieve(instance.id));
await client.licenseKeys.update(created.id, { disabled: true });
const invalid = await client.licenses.validate({ license_key: created.key });
await refused(() => client.licenses.activate({ license_key: created.key, name: "Third" }));
await refused(() => client.licenseKeys.retrieve("lic_unknown"));
await refused(() => client.licenseKeys.update(id, { expires_at: "tomorrow" }));
await refused(() =>
  client.licenseKeys.create({
    key: "FROM-NODE",
    customer_id: before.customer_id,
    product_id: before.product_id,
  }),
);
const stranger = new DodoPayments({
  bearerToken: "wrong",
  baseURL: process.env.MOCK_BASE_URL,
  maxRetries: 0,
});
await refused(() => stranger.licenseKeys.retrieve(id));

console.log(
  JSON.stringify({
    listed: first.items.length,
    limits: [before, limited, unlimited].map((key) => key.activations_limit),
    expiries: [before, limited, unlimited].map((key) => key.expires_at),
    sample,
    unchanged: empty.expires_at === unlimited.expires_at,
    renamed: renamed.name,
    instances: instances.items.map((each) => each.name),
    valid: [valid.valid, invalid.valid],
    refusals,
  }),
);
