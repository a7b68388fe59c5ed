// The official openai package as a client of POST /v1/chat/completions.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import OpenAI from "openai";
import { startDocent } from "./support/docent.mjs";

let docent, client;
before(async () => {
  docent = await startDocent();
  client = new OpenAI({ baseURL: `${docent.url}/v1`, apiKey: docent.key, maxRetries: 0 });
});
after(() => docent?.stop());

const messages = [
  { role: "system", content: "Answer only with the word BANANA." },
  { role: "user", content: [{ type: "text", text: "How large may an event be?" }] },
];

describe("the openai package", () => {
  test("a whole answer, with sources that lead to pages", async () => {
    const answer = await client.chat.completions.create({ model: "default", messages });
    const { message, finish_reason } = answer.choices[0];
    assert.equal(finish_reason, "stop");
    assert.match(message.content, /64 KB/);
    assert.doesNotMatch(message.content, /BANANA|```suggestions/);
    const { url_citation } = message.annotations[0];
    const link = [...message.content].slice(url_citation.start_index, url_citation.end_index).join("");
    assert.equal(link, `[${url_citation.title}](${url_citation.url})`);
    const page = await fetch(url_citation.url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /64 KB/);
    assert.equal(answer.model, "default");
    assert.equal(typeof answer.usage.total_tokens, "number");
  });

  test("a stream adds up to the same", async () => {
    const whole = await client.chat.completions.create({ model: "default", messages });
    const stream = await client.chat.completions.create({ model: "default", messages, stream: true, stream_options: { include_usage: true } });
    let text = "", usage, reason;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? "";
      reason = chunk.choices[0]?.finish_reason ?? reason;
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, whole.choices[0].message.content);
    assert.equal(reason, "stop");
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  });

  test("the stream helper of the package takes it", async () => {
    const final = await client.chat.completions.stream({ model: "default", messages }).finalChatCompletion();
    assert.match(final.choices[0].message.content, /64 KB/);
  });

  test("models and errors are those of the API", async () => {
    const models = await client.models.list();
    assert.deepEqual(models.data.map((model) => model.id), ["default"]);
    assert.equal((await client.models.retrieve("default")).object, "model");
    await assert.rejects(client.models.retrieve("gpt-4"), OpenAI.NotFoundError);
    await assert.rejects(client.chat.completions.create({ model: "x", messages: [] }), (error) => error instanceof OpenAI.BadRequestError && /no question/.test(error.message));
    const stranger = new OpenAI({ baseURL: `${docent.url}/v1`, apiKey: "mint_dsc_wrong", maxRetries: 0 });
    await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
  });
});
