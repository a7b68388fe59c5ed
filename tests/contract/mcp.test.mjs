// The Model Context Protocol's own witnesses against a running Docent: the conformance suite, the inspector's
// command line, and the official client packages of both generations.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { here, startDocent } from "./support/docent.mjs";

const run = promisify(execFile);
const packages = join(here, "node_modules", "@modelcontextprotocol");
let docent, url, folder;
before(async () => {
  docent = await startDocent();
  url = `${docent.url}/mcp`;
  folder = await mkdtemp(join(tmpdir(), "docent-mcp-"));
});
after(async () => {
  await docent?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("the conformance suite", () => {
  const suite = (...args) =>
    run(process.execPath, [join(packages, "conformance/dist/index.js"), "server", "--url", url, ...args], { cwd: folder, maxBuffer: 1 << 26 });

  test("every scenario passes, but those for what a documentation does not have", async () => {
    const { stdout } = await suite("--suite", "all", "--expected-failures", join(here, "mcp_conformance.yml")).catch((failed) => failed);
    const passed = stdout.match(/^\s*✓ \S+/gm) ?? [];
    assert.match(stdout, /Baseline check passed/, stdout.slice(-3000));
    for (const name of ["server-initialize", "ping", "tools-list", "resources-list", "dns-rebinding-protection"])
      assert.ok(passed.some((line) => line.includes(name)), `${name}\n${stdout.slice(-3000)}`);
  });
});

describe("the inspector", () => {
  const inspect = async (...args) => {
    const program = join(packages, "inspector/clients/launcher/build/index.js");
    const { stdout } = await run(process.execPath, [program, "--cli", url, "--transport", "http", ...args], {
      env: { ...process.env, HOME: folder, MCP_CATALOG_PATH: join(folder, "catalog.json") },
    });
    return JSON.parse(stdout);
  };

  test("lists the tools, finds nothing to complain of, and calls them", async () => {
    const { tools } = await inspect("--method", "tools/list", "--strict");
    const names = tools.map((tool) => tool.name);
    const search = names.find((name) => name.startsWith("search_"));
    const files = names.find((name) => name.startsWith("query_docs_filesystem_"));
    assert.ok(search && files, names.join());
    const found = await inspect("--method", "tools/call", "--tool-name", search, "--tool-arg", "query=how large may an event be");
    assert.match(found.content[0].text, /^Title: .*\nLink: http.*\nPage: limits\nContent: [^]*64 KB/);
    const listed = await inspect("--method", "tools/call", "--tool-name", files, "--tool-arg", "command=ls /");
    assert.equal(listed.content[0].text, "exit: 0\n--- stdout ---\nlimits.md\nquickstart.md\nwebhooks.md\n");
  });

  test("lists and reads resources", async () => {
    const { resources } = await inspect("--method", "resources/list");
    assert.ok(resources.some((resource) => resource.uri === "docs://default/limits"));
    const read = await inspect("--method", "resources/read", "--uri", "docs://default/limits");
    assert.match(read.contents[0].text, /^# Limits/);
    const { resourceTemplates } = await inspect("--method", "resources/templates/list");
    assert.equal(resourceTemplates[0].uriTemplate, "docs://default/{+path}");
  });
});

describe("the official clients", () => {
  test("@modelcontextprotocol/sdk connects, searches, reads and completes", async () => {
    const client = new Client({ name: "contract", version: "1" });
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    assert.deepEqual(Object.keys(client.getServerCapabilities()).sort(), ["completions", "resources", "tools"]);
    assert.match(client.getInstructions(), /documentation/);
    await client.ping();
    const { tools } = await client.listTools();
    assert.deepEqual(tools[0].annotations.readOnlyHint, true);
    const answer = await client.callTool({ name: tools[0].name, arguments: { query: "event size" } });
    assert.equal(answer.isError, false);
    const wrong = await client.callTool({ name: tools[0].name, arguments: { query: 5 } });
    assert.equal(wrong.isError, true);
    assert.match(wrong.content[0].text, /^Search failed: query: expected a string/);
    await assert.rejects(client.callTool({ name: "nothing", arguments: {} }), /Unknown tool/);
    await assert.rejects(client.readResource({ uri: "docs://default/nothing" }), /not found/);
    const completed = await client.complete({
      ref: { type: "ref/resource", uri: "docs://default/{+path}" },
      argument: { name: "path", value: "li" },
    });
    assert.deepEqual(completed.completion.values, ["limits"]);
    await client.close();
  });

  test("@modelcontextprotocol/client speaks the revision without a handshake", async () => {
    const modern = await import("@modelcontextprotocol/client");
    const client = new modern.Client({ name: "contract", version: "1" }, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
    await client.connect(new modern.StreamableHTTPClientTransport(new URL(url)));
    const { tools } = await client.listTools();
    const answer = await client.callTool({ name: tools[0].name, arguments: { query: "event size" } });
    assert.match(answer.content[0].text, /^Title: /);
    await client.close();
  });
});
