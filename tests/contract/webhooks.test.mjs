// What Docent signs, verified by the package that https://www.standardwebhooks.com publishes.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { startDocent } from "./support/docent.mjs";

let docent, receiver, arrived;
const received = [];

before(async () => {
  receiver = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(204).end();
    arrived?.();
  });
  await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  docent = await startDocent({ env: { DOCENT_WEBHOOKS_ALLOWED_HOSTS: `127.0.0.1:${receiver.address().port}` } });
});
after(async () => {
  await docent?.stop();
  receiver?.close();
});

const call = async (method, path, body) => {
  const response = await fetch(`${docent.url}/v1/webhooks/default${path}`, {
    method,
    headers: { Authorization: `Bearer ${docent.adminKey}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
};
const next = async (count) => {
  while (received.length < count) await new Promise((resolve) => (arrived = resolve));
  return received[count - 1];
};

describe("webhooks", () => {
  test("are verified by the published library, also while a secret is rotated", async () => {
    const url = `http://127.0.0.1:${receiver.address().port}/hook`;
    const made = await call("POST", "", { url });
    assert.equal(made.status, 201);
    const path = `/${made.body.id}`;

    await call("POST", `${path}/test`);
    const first = await next(1);
    const event = new Webhook(made.body.secret).verify(first.body, first.headers);
    assert.equal(event.type, "webhook.test");
    assert.equal(event.data.webhookId, made.body.id);
    assert.throws(() => new Webhook(made.body.secret).verify(`${first.body} `, first.headers));
    assert.throws(() => new Webhook("whsec_" + Buffer.alloc(32).toString("base64")).verify(first.body, first.headers));

    const rotated = await call("POST", `${path}/rotate`);
    await call("POST", `${path}/test`);
    const second = await next(2);
    for (const secret of [made.body.secret, rotated.body.secret]) new Webhook(secret).verify(second.body, second.headers);
    assert.notEqual(second.headers["webhook-id"], first.headers["webhook-id"]);
  });

  test("tell of a question that the documentation does not answer", async () => {
    const [made] = (await call("GET", "")).body.webhooks;
    const before = received.length;
    const answer = await fetch(`${docent.url}/v2/assistant/default/message`, {
      method: "POST",
      headers: { Authorization: `Bearer ${docent.key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ fp: "anonymous", messages: [{ role: "user", parts: [{ type: "text", text: "Which zebra sings quintessential opera?" }] }] }),
    });
    await answer.text();
    const told = JSON.parse((await next(before + 1)).body);
    assert.equal(told.type, "question.unanswered");
    assert.equal(told.data.threadId, answer.headers.get("x-thread-id"));
    const log = await call("GET", `/${made.id}/deliveries`);
    assert.equal(log.body.deliveries[0].type, "question.unanswered");
  });
});
