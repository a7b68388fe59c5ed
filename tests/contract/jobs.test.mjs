// The jobs API as its published pages describe it: their own examples, and the stream of v1 for the AI SDK 4.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { processDataStream } from "ai-4";
import React from "react";
import { act, create } from "react-test-renderer";
import { useChat } from "react-sdk-4";
import { until } from "./support/clients.mjs";
import { fixtures, startDocent } from "./support/docent.mjs";

globalThis.IS_REACT_ACT_ENVIRONMENT = false;

const script = [
  { text: "I add the page.", calls: [{ name: "create_file", args: { path: "cages.md", content: "---\ntitle: Cages\n---\n\nTwo cages.\n" } }] },
  { text: "cages.md says how many cages there are." },
  { calls: [{ name: "create_file", args: { path: "locks.md", content: "---\ntitle: Locks\n---\n\nTwo locks.\n" } }] },
  { text: "locks.md is there, too." },
  { text: "I add the page.", calls: [{ name: "create_file", args: { path: "keepers.md", content: "---\ntitle: Keepers\n---\n\nOne keeper.\n" } }] },
  { text: "keepers.md says who looks after the cages." },
];

let docent, folder, projectId;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "docent-jobs-"));
  const docs = join(folder, "docs");
  await cp(join(fixtures, "docs"), docs, { recursive: true });
  const git = (...args) => promisify(execFile)("git", ["-C", docs, "-c", "user.name=t", "-c", "user.email=t@localhost", ...args]);
  await git("init", "-q", "-b", "main", ".");
  await git("add", ".");
  await git("commit", "-qm", "first");
  await writeFile(join(folder, "script.json"), JSON.stringify(script));
  docent = await startDocent({ docs, script: join(folder, "script.json") });
  projectId = "default";
});
after(async () => {
  await docent?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Polls as a published client does, until the agent has nothing more to do. */
async function settled(id) {
  for (;;) {
    const response = await fetch(`${docent.url}/v2/agent/${projectId}/job/${id}`, {
      headers: { Authorization: `Bearer ${docent.adminKey}` },
    });
    const job = await response.json();
    if (job.status !== "active" || job.followUpUntil) return job;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The published fields, each with its published type. */
function assertAgentJob(job) {
  assert.equal(typeof job.id, "string");
  assert.ok(["active", "completed", "archived", "failed"].includes(job.status));
  assert.equal(typeof job.source.repository, "string");
  assert.equal(typeof job.source.ref, "string");
  assert.equal(typeof job.model, "string");
  assert.ok(job.prLink === null || new URL(job.prLink));
  assert.equal(new Date(job.createdAt).toISOString().slice(0, 19), job.createdAt.slice(0, 19));
  assert.equal(job.archivedAt, null);
}

describe("jobs, v2", () => {
  test("the page's example sends a follow-up to the job", async () => {
    const created = await fetch(`${docent.url}/v2/agent/${projectId}/job`, {
      method: "POST",
      headers: { Authorization: `Bearer ${docent.adminKey}`, "Content-Type": "application/json" },
      body: JSON.stringify({ prompt: "Write about the cages" }),
    });
    assert.equal(created.status, 201);
    const first = await created.json();
    assertAgentJob(first);
    assert.equal(first.prLink, null);
    const done = await settled(first.id);
    assertAgentJob(done);
    assert.equal(done.status, "active", "it takes follow-ups");
    assert.match(done.prLink, /^http:\/\/127\.0\.0\.1:\d+\/review\//);

    // Word for word from the page, but for the host.
    async function sendFollowUp(projectId, jobId, message, apiKey) {
      const response = await fetch(
        `${docent.url}/v2/agent/${projectId}/job/${jobId}/message`,
        {
          method: 'POST',
          headers: {
            'Authorization': `Bearer ${apiKey}`,
            'Content-Type': 'application/json'
          },
          body: JSON.stringify({ prompt: message })
        }
      );
      
      return response.json();
    }

    const result = await sendFollowUp(
      projectId,
      first.id,
      'Please also update the API reference to include the new parameter',
      docent.adminKey
    );
    assertAgentJob(result);
    assert.equal(result.id, first.id);
    const again = await settled(first.id);
    assert.equal(again.prLink, done.prLink);
    assert.equal(again.diffStat.filesChanged, 2);

    await fetch(`${docent.url}/v2/agent/${projectId}/job/${first.id}/complete`, {
      method: "POST",
      headers: { Authorization: `Bearer ${docent.adminKey}` },
    });
    const refused = await sendFollowUp(projectId, first.id, "More", docent.adminKey);
    assert.deepEqual(Object.keys(refused), ["error"]);
    assert.equal(typeof refused.error, "string");
    assert.deepEqual(Object.keys(await sendFollowUp(projectId, "job-123", "More", docent.adminKey)), ["error"]);
    assert.deepEqual(Object.keys(await sendFollowUp(projectId, first.id, "More", "mint_xxx")), ["error"]);
  });

  test("the page's curl command is taken as it stands", async () => {
    const made = await promisify(execFile)("curl", [
      "-sS", "-w", "\n%{http_code}",
      "--request", "POST",
      "--url", `${docent.url}/v2/agent/${projectId}/job/01890a5d-ac96-774b-bcce-b302099a8057/message`,
      "--header", `Authorization: Bearer ${docent.adminKey}`,
      "--header", "Content-Type: application/json",
      "--data", '\n{\n  "prompt": "<string>"\n}\n',
    ]);
    const [body, status] = made.stdout.split(/\n(?=\d+$)/);
    assert.equal(status, "404");
    assert.deepEqual(JSON.parse(body), { error: "there is no such job" });
  });
});

describe("jobs, v1", () => {
  test("useChat of the AI SDK 4 shows the work on a job", async () => {
    const hook = { current: undefined, response: undefined };
    function Page() {
      hook.current = useChat({
        api: `${docent.url}/v1/agent/${projectId}/job`,
        headers: { Authorization: `Bearer ${docent.adminKey}` },
        body: { asDraft: true },
        onResponse: (response) => void (hook.response = response),
      });
      return null;
    }
    let tree;
    act(() => {
      tree = create(React.createElement(Page));
    });
    await until(() => hook.current);
    await hook.current.append({ role: "user", content: "Write about the keepers" });
    await until(() => hook.current.status === "ready" || hook.current.status === "error");
    assert.equal(hook.current.error, undefined);
    const message = hook.current.messages.at(-1);
    const id = hook.response.headers.get("x-session-id");
    assert.match(hook.response.headers.get("x-branch-name"), /^docent\/write-about-the-keepers-/);
    assert.match(message.content, /keepers\.md says who looks after the cages\./);
    const call = message.parts.find((part) => part.type === "tool-invocation").toolInvocation;
    assert.equal(call.toolName, "create_file");
    assert.equal(call.state, "result");
    tree.unmount();

    const ask = (path) =>
      fetch(docent.url + path, { headers: { Authorization: `Bearer ${docent.adminKey}` } }).then((r) => r.json());
    const shown = await ask(`/v1/agent/${projectId}/job/${id}`);
    assert.equal(shown.haulted, true);
    assert.equal(shown.haultReason, "completed");
    assert.equal(shown.branch, hook.response.headers.get("x-branch-name"));
    assert.ok(message.content.includes(shown.pullRequestLink));
    const list = await ask(`/v1/agent/${projectId}/jobs?skip=0&take=12`);
    assert.deepEqual(list.allSessions[0], shown);
  });

  test("the parser of ai 4.3 reads each part of a job without a model", async () => {
    const response = await fetch(`${docent.url}/v1/agent/${projectId}/job`, {
      method: "POST",
      headers: { Authorization: `Bearer ${docent.adminKey}`, "Content-Type": "application/json" },
      body: JSON.stringify({ messages: [{ role: "user", content: "/check-links" }] }),
    });
    assert.equal(response.status, 200);
    let text = "";
    const ends = [];
    await processDataStream({
      stream: response.body,
      onTextPart: (part) => (text += part),
      onErrorPart: (error) => assert.fail(error),
      onFinishMessagePart: (end) => ends.push(end.finishReason),
    });
    assert.deepEqual(ends, ["stop"]);
    assert.ok(text.length > 0);
  });
});
