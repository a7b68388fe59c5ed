// POST /v1/assistant/{domain}/message with the real AI SDK 4: the useChat hook of @ai-sdk/react 1.2, in React.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import React from "react";
import { act, create } from "react-test-renderer";
import { useChat } from "react-sdk-4";
import { until } from "./support/clients.mjs";
import { fixtures, startDocent } from "./support/docent.mjs";

globalThis.IS_REACT_ACT_ENVIRONMENT = false;
let plain, scripted;
before(async () => {
  plain = await startDocent();
  scripted = await startDocent({ script: join(fixtures, "slow_script.json") });
});
after(async () => {
  await plain?.stop();
  await scripted?.stop();
});

/** Renders a component that uses the hook; `current` is what the hook last returned. */
async function renderChat({ url, key, prefix = "", body = {}, extraFields = true }) {
  const hook = { current: undefined, responses: [] };
  function Chat() {
    hook.current = useChat({
      api: `${url}${prefix}/v1/assistant/default/message`,
      headers: { Authorization: `Bearer ${key}` },
      body: { fp: "anonymous", retrievalPageSize: 5, ...body },
      streamProtocol: "data",
      sendExtraMessageFields: extraFields,
      onResponse: (response) => void hook.responses.push(response),
    });
    return null;
  }
  let tree;
  act(() => {
    tree = create(React.createElement(Chat));
  });
  await until(() => hook.current);
  return { hook, unmount: () => tree.unmount() };
}

const ask = async (hook, content, options) => {
  await hook.current.append({ role: "user", content }, options);
  await until(() => hook.current.status === "ready" || hook.current.status === "error");
};

describe("useChat of AI SDK 4", () => {
  for (const prefix of ["", "/discovery"]) {
    for (const extraFields of [true, false]) {
      test(`several turns, sources, tool result (prefix "${prefix}", all message fields: ${extraFields})`, async () => {
        const { hook, unmount } = await renderChat({ ...plain, prefix, extraFields });
        await ask(hook, "How do I verify the signature of a webhook?");
        assert.equal(hook.current.error, undefined);
        const answer = hook.current.messages.at(-1);
        assert.equal(answer.role, "assistant");
        assert.match(answer.content, /HMAC-SHA256/);
        const sources = answer.parts.filter((part) => part.type === "source").map((part) => part.source);
        assert.ok(sources.some((source) => source.url.includes("webhooks") && source.title));
        // The vendor's example reads an array of {path | url, metadata: {title}}.
        const search = answer.parts.find((part) => part.type === "tool-invocation").toolInvocation;
        assert.equal(search.toolName, "search");
        assert.ok(Array.isArray(search.result));
        assert.ok(search.result.some((hit) => hit.path.includes("webhooks") && hit.metadata.title));
        const finish = hook.current.data.find((item) => item.type === "finish");
        const threadId = hook.responses[0].headers.get("x-thread-id");
        const threadKey = hook.responses[0].headers.get("x-thread-key");
        assert.equal(finish.threadId, threadId);

        await ask(hook, "How many events can I send?", { body: { fp: "anonymous", threadId, threadKey } });
        assert.equal(hook.current.error, undefined);
        assert.match(hook.current.messages.at(-1).content, /1,000 events/);
        assert.equal(hook.responses[1].headers.get("x-thread-id"), threadId);
        unmount();
      });
    }
  }

  test("stop keeps the partial answer, and the next question works", async () => {
    const { hook, unmount } = await renderChat(scripted);
    const sent = hook.current.append({ role: "user", content: "stop me" });
    await until(() => (hook.current.messages.at(-1)?.content ?? "").length > 20 && hook.current.messages.at(-1).role === "assistant");
    hook.current.stop();
    await sent;
    await until(() => hook.current.status === "ready");
    assert.equal(hook.current.error, undefined);
    await ask(hook, "Tell me about webhooks");
    assert.match(hook.current.messages.at(-1).content, /A short answer/);
    unmount();
  });

  test("a wrong key shows one short line", async () => {
    const { hook, unmount } = await renderChat({ ...plain, key: "mint_dsc_wrong" });
    await ask(hook, "Hello?");
    assert.equal(hook.current.status, "error");
    const { error } = JSON.parse(hook.current.error.message);
    assert.match(error, /key/i);
    assert.ok(!error.includes("\n"));
    unmount();
  });
});
