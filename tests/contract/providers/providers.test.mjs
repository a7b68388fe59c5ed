// Docent as a client of the providers' APIs. The mock is not ours, and the providers' own packages are asked to read
// the same streams first: what they accept is what Docent must accept, and what the mock accepts of Docent is the format.
import Anthropic from "@anthropic-ai/sdk";
import { LLMock } from "@copilotkit/aimock";
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import OpenAI from "openai";
import { startDocent } from "../support/docent.mjs";

const answer = "An event may be **64 KB** large, see [Limits](/limits). Größere werden abgelehnt. 🌍";
const question = "How large may an event be?";
const tool = {
  name: "search",
  description: "Searches the documentation.",
  parameters: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
};

let mock;
before(async () => {
  mock = new LLMock({ port: 0, chunkSize: 7 });
  await mock.start();
});
after(() => mock?.stop());

/** First the model searches, twice at once; then it answers. */
function searchThenAnswer() {
  mock.reset?.();
  mock.addFixture({
    match: { predicate: (request) => !request.messages.some((m) => m.role === "tool") },
    response: {
      toolCalls: [
        { id: "call_one", name: "search", arguments: JSON.stringify({ query: "event size" }) },
        { id: "call_two", name: "search", arguments: JSON.stringify({ query: "limits" }) },
      ],
    },
  });
  mock.addFixture({ match: { predicate: () => true }, response: { content: answer } });
}

describe("the providers' own packages read the mock's streams", () => {
  beforeEach(searchThenAnswer);

  test("openai, chat completions", async () => {
    const client = new OpenAI({ baseURL: `${mock.url}/v1`, apiKey: "mock" });
    const ask = (messages) =>
      client.chat.completions.stream({ model: "gpt-5-mini", messages, tools: [{ type: "function", function: tool }] }).finalChatCompletion();
    const first = (await ask([{ role: "user", content: question }])).choices[0].message;
    assert.deepEqual(first.tool_calls.map((call) => JSON.parse(call.function.arguments).query), ["event size", "limits"]);
    const results = first.tool_calls.map((call) => ({ role: "tool", tool_call_id: call.id, content: "64 KB" }));
    const second = await ask([{ role: "user", content: question }, first, ...results]);
    assert.equal(second.choices[0].message.content, answer);
  });

  test("openai, responses", async () => {
    const client = new OpenAI({ baseURL: `${mock.url}/v1`, apiKey: "mock" });
    const response = await client.responses
      .stream({ model: "gpt-5-mini", input: question, tools: [{ type: "function", strict: false, ...tool }] })
      .finalResponse();
    const calls = response.output.filter((item) => item.type === "function_call");
    assert.deepEqual(calls.map((call) => JSON.parse(call.arguments).query), ["event size", "limits"]);
  });

  test("@anthropic-ai/sdk", async () => {
    const client = new Anthropic({ baseURL: mock.url, apiKey: "mock" });
    const { parameters, ...named } = tool;
    const message = await client.messages
      .stream({ model: "claude-sonnet-4-5", max_tokens: 500, messages: [{ role: "user", content: question }], tools: [{ ...named, input_schema: parameters }] })
      .finalMessage();
    assert.deepEqual(message.content.filter((block) => block.type === "tool_use").map((block) => block.input.query), ["event size", "limits"]);
  });
});

const events = (text) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("data: ") && line !== "data: [DONE]")
    .map((line) => JSON.parse(line.slice(6)));

for (const { kind, model, base, path } of [
  { kind: "openai", model: "gpt-5-mini", base: "/v1", path: "/v1/chat/completions" },
  { kind: "openai-responses", model: "gpt-5-mini", base: "/v1", path: "/v1/responses" },
  { kind: "anthropic", model: "claude-sonnet-4-5", base: "", path: "/v1/messages" },
]) {
  describe(`Docent with provider ${kind}`, () => {
    let docent;
    before(async () => {
      docent = await startDocent({
        env: {
          DOCENT_MODEL_PROVIDER: kind,
          DOCENT_MODEL_BASE_URL: mock.url + base,
          DOCENT_MODEL_NAME: model,
          DOCENT_MODEL_API_KEY: "sk-mock-of-the-owner",
          DOCENT_MODEL_RETRY_WAIT: "10ms",
        },
      });
    });
    after(() => docent?.stop());
    beforeEach(() => {
      searchThenAnswer();
      mock.clearRequests?.();
    });

    const ask = async () => {
      const response = await fetch(`${docent.url}/v2/assistant/default/message`, {
        method: "POST",
        headers: { Authorization: `Bearer ${docent.key}`, "Content-Type": "application/json" },
        body: JSON.stringify({ fp: "a", messages: [{ role: "user", content: question }] }),
      });
      assert.equal(response.status, 200);
      const all = events(await response.text());
      const text = all.filter((event) => event.type === "text-delta").map((event) => event.delta).join("");
      return { all, text };
    };

    test("the model searches, reads the results and its answer is streamed", async () => {
      const { all, text } = await ask();
      assert.match(text, /64 KB/);
      assert.match(text, /Größere werden abgelehnt\. 🌍/);
      assert.ok(all.filter((event) => event.type === "tool-input-available" && event.toolName === "search").length >= 2);
      assert.ok(all.every((event) => event.type !== "error"));

      const asked = mock.getRequests().filter((entry) => entry.path.split("?")[0] === path);
      assert.equal(asked.length, 2, "two steps, nothing else");
      const last = asked[1].body.messages.filter((message) => message.role === "tool");
      assert.deepEqual(last.map((message) => message.tool_call_id).sort(), ["call_one", "call_two"]);
    });

    test("a service that fails leaves the reader with the answer without a model", async () => {
      mock.reset?.();
      mock.addFixture({ match: { predicate: () => true }, response: { error: { message: "boom", type: "server_error" }, status: 500 } });
      const { all, text } = await ask();
      assert.match(text, /64 KB/);
      assert.ok(all.every((event) => event.type !== "error"));
      assert.ok(!docent.output().includes("sk-mock-of-the-owner"));
    });
  });
}
