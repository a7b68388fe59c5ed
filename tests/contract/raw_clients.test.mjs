// Clients that were written by hand, as found in public repositories: they read the raw stream.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startDocent } from "./support/docent.mjs";

let docent;
before(async () => (docent = await startDocent()));
after(() => docent?.stop());

const question = "How large may an event be?";
const post = (path, body, headers = {}) =>
  fetch(docent.url + path, {
    method: "POST",
    headers: { Authorization: `Bearer ${docent.key}`, "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const events = (text) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("data: ") && line !== "data: [DONE]")
    .map((line) => JSON.parse(line.slice(6)));
const v1Parts = (text) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => [line[0], JSON.parse(line.slice(2))]);

describe("hand-written clients", () => {
  test("the seed's v1 request, word for word", async () => {
    const response = await post("/v1/assistant/default/message", {
      fp: "<string>",
      threadId: null,
      messages: [{ id: "foobar", role: "user", content: "how do i get started", parts: [{ type: "text", text: "How do I get started" }] }],
      retrievalPageSize: 5,
      filter: null,
    });
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type"), /^text\/plain/);
    assert.equal(response.headers.get("x-vercel-ai-data-stream"), "v1");
    const parts = v1Parts(await response.text());
    const last = parts.at(-1);
    assert.equal(last[0], "d");
    assert.equal(last[1].threadId, response.headers.get("x-thread-id"));
  });

  test("the seed's v2 request, word for word, finds event.threadId on finish", async () => {
    const response = await post("/discovery/v2/assistant/default/message", {
      fp: "<string>",
      messages: [{ id: "foobar", role: "user", parts: [{ type: "text", text: "How do I get started" }] }],
      threadId: null,
      retrievalPageSize: 5,
      filter: null,
      context: [{ type: "code", value: "<string>", path: "<string>", elementId: "<string>" }],
    });
    assert.equal(response.status, 200);
    const all = events(await response.text());
    const finish = all.find((event) => event.type === "finish");
    assert.equal(finish.threadId, response.headers.get("x-thread-id"));
  });

  test("a browser or an AI SDK transport never sees threadId on the finish chunk", async () => {
    for (const [body, headers] of [
      [{ trigger: "submit-message" }, {}],
      [{}, { Origin: "https://docs.example.com" }],
      [{}, { "User-Agent": "ai-sdk/5.0.100" }],
    ]) {
      const response = await post("/v2/assistant/default/message", { fp: "a", messages: [{ role: "user", content: question }], ...body }, headers);
      const finish = events(await response.text()).find((event) => event.type === "finish");
      assert.deepEqual(Object.keys(finish).sort(), ["messageMetadata", "type"]);
    }
  });

  test("a client with Accept: application/json still gets the event stream", async () => {
    const response = await post("/v2/assistant/default/message", { fp: "anonymous", messages: [{ role: "user", content: question }] }, { Accept: "application/json" });
    const all = events(await response.text());
    const text = all.filter((event) => event.type === "text-delta").map((event) => event.delta).join("");
    assert.match(text, /64 KB/);
    assert.ok(all.some((event) => event.type === "source-url" && event.url.includes("limits")));
    assert.ok(all.find((event) => event.type === "finish").threadId);
  });

  test("every tool's output is an object with v2, the search result an array with v1", async () => {
    const body = { fp: "a", messages: [{ role: "user", content: "Who won the cup in 1974?" }] };
    const v2 = events(await (await post("/v2/assistant/default/message", body)).text());
    for (const event of v2.filter((one) => one.type === "tool-output-available")) {
      assert.equal(Object.prototype.toString.call(event.output), "[object Object]");
    }
    const v1 = v1Parts(await (await post("/v1/assistant/default/message", body)).text());
    assert.ok(Array.isArray(v1.find(([code]) => code === "a")[1].result));
  });

  test("a reader that keeps only the last step of a v1 stream gets the whole answer", async () => {
    const text = await (await post("/v1/assistant/default/message", { fp: "a", messages: [{ role: "user", content: question }] })).text();
    const lastStep = text.slice(text.lastIndexOf("\nf:") + 1);
    const answer = v1Parts(lastStep).filter(([code]) => code === "0").map(([, piece]) => piece).join("");
    assert.match(answer, /64 KB/);
    assert.equal(v1Parts(text).filter(([code]) => code === "0").length, v1Parts(lastStep).filter(([code]) => code === "0").length);
    const blocks = answer.match(/```/g) ?? [];
    assert.equal(blocks.length % 2, 0);
  });

  test("a bare key, explicit nulls, unknown fields and a content string are accepted", async () => {
    const response = await post(
      "/v2/assistant/default/message",
      { fp: "a", messages: [{ role: "user", content: question, parts: null }], threadId: null, filter: null, context: [], currentPath: "/", slackAgent: true, retrievalPageSize: null },
      { Authorization: docent.key },
    );
    assert.equal(response.status, 200);
    assert.match(await response.text(), /64 KB/);
  });

  test("search answers a bare array, page its content, an unknown page 404 with message", async () => {
    const found = await (await post("/discovery/v1/search/default", { query: "webhook signature", pageSize: 3 })).json();
    assert.ok(Array.isArray(found) && found.length > 0 && found.length <= 3);
    assert.equal(found[0].path, "webhooks");
    assert.ok(found[0].metadata.title);
    const page = await (await post("/v1/page/default", { path: found[0].path })).json();
    assert.equal(page.path, "webhooks");
    assert.match(page.content, /HMAC-SHA256/);
    const missing = await post("/v1/page/default", { path: "no/such/page" });
    assert.equal(missing.status, 404);
    assert.ok((await missing.json()).message);
  });

  test("stored history needs the thread key: a wrong one is 404", async () => {
    const first = await post("/v2/assistant/default/message", { fp: "a", messages: [{ role: "user", content: question }] });
    await first.text();
    const threadId = first.headers.get("x-thread-id");
    const wrong = await post("/v2/assistant/default/message", { fp: "a", threadId, threadKey: "wrong", messages: [{ role: "user", content: "and how many?" }] });
    assert.equal(wrong.status, 404);
    assert.ok((await wrong.json()).error);
  });
});
