// A webhook endpoint that gives each event to the adapters of Express and Next.js, and to their
// common schema. It prints one line of JSON for each event: its type and the statuses.
import { WebhookPayloadSchema } from "@dodopayments/core/schemas";
import { Webhooks as ExpressWebhooks } from "@dodopayments/express";
import express from "express";
import { createRequire } from "node:module";

// Its ECMAScript module runs only after Next.js has bundled it.
const { Webhooks: NextWebhooks } = createRequire(import.meta.url)("@dodopayments/nextjs");

const handled = [];
const handlers = {
  webhookKey: process.env.WEBHOOK_SECRET,
  onPayload: (payload) => handled.push(payload.type),
};
const nextHandler = NextWebhooks(handlers);

const app = express();
app.post("/express", express.json(), ExpressWebhooks(handlers));
app.post("/", express.text({ type: "*/*" }), async (request, response) => {
  const { body, headers } = request;
  const sent = { method: "POST", body, headers: {} };
  for (const name of ["content-type", "webhook-id", "webhook-timestamp", "webhook-signature"]) {
    sent.headers[name] = headers[name];
  }
  const address = `http://127.0.0.1:${server.address().port}`;
  const byExpress = await fetch(`${address}/express`, sent);
  const byNext = await nextHandler(new Request(address, sent));
  const parsed = WebhookPayloadSchema.safeParse(JSON.parse(body));
  console.log(
    JSON.stringify({
      type: JSON.parse(body).type,
      express: byExpress.status,
      nextjs: byNext.status,
      schema: parsed.success ? "valid" : parsed.error.issues.map((issue) => issue.path.join(".")),
      handled: handled.splice(0),
    }),
  );
  response.status(200).end();
});
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
