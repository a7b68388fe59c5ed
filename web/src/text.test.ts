import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "./config.ts";
import { sentence } from "./errors.ts";
import { pageHref, pageLabel } from "./links.ts";
import { splitSuggestions } from "./suggestions.ts";
import { zeroBits } from "./zero_bits.ts";

const site = { domain: "default", baseUrl: "" };

test("a page of a site without an address leads to its Markdown", () => {
  assert.equal(pageHref("/guides/start#run", site), "/default/guides/start.md#run");
  assert.equal(pageHref("guides/start/", site), "/default/guides/start.md");
  assert.equal(pageHref("/", site), "/default/index.md");
  assert.equal(
    pageHref("/a.mdx?x=1#b", { domain: "a b", baseUrl: "https://d.example" }),
    "https://d.example/a%20b/a.md#b",
  );
});

test("an address is used as it is, and a script is no address", () => {
  assert.equal(pageHref("https://docs.example/a", site), "https://docs.example/a");
  for (const bad of ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "//evil.example/x"])
    assert.equal(pageHref(bad, site), "");
});

test("a label is the path or the host with it", () => {
  assert.equal(pageLabel("/guides/start#run"), "guides/start");
  assert.equal(pageLabel("https://docs.example/a/"), "docs.example/a");
});

test("suggestions are parted from the answer, whole or not", () => {
  const whole = "Do it.\n\n```suggestions\n(Start (now))[/start]\n(Keys)[/api/keys#a]\n```\n";
  assert.deepEqual(splitSuggestions(whole), {
    text: "Do it.",
    suggestions: [
      { title: "Start (now)", path: "/start" },
      { title: "Keys", path: "/api/keys#a" },
    ],
  });
  // However much has arrived, nothing of the block is ever shown.
  for (let n = 0; n <= whole.length; ++n)
    assert.doesNotMatch(splitSuggestions(whole.slice(0, n)).text, /`{3}s|\[\//);
  assert.equal(splitSuggestions("a\n\n```\ncode\n```").text, "a\n\n```\ncode\n```");
});

test("an error is one sentence", () => {
  assert.equal(sentence(new Error('{"error":"the key has expired","message":"x"}')), "The key has expired.");
  assert.equal(sentence(new Error("Too many requests")), "Too many requests.");
  assert.match(sentence(new TypeError("Failed to fetch")), /cannot be reached/);
  for (const long of ["", "<html>", "x".repeat(9000)])
    assert.equal(sentence(new Error(long)), "The answer could not be loaded. Try again.");
});

test("a configuration has defaults for what is missing", () => {
  assert.deepEqual(readConfig({ domain: "acme", examples: ["a", 1] }, "https://d.example/ask/?q#a"), {
    domain: "acme",
    name: "acme",
    key: "",
    baseUrl: "https://d.example/ask",
    challenge: false,
    examples: ["a"],
  });
  assert.equal(readConfig(null, "https://d.example/").domain, "default");
});

test("zero bits at the front of a hash are counted", () => {
  assert.equal(zeroBits(new Uint8Array([0x80])), 0);
  assert.equal(zeroBits(new Uint8Array([0x01])), 7);
  assert.equal(zeroBits(new Uint8Array([0, 0x20])), 10);
  assert.equal(zeroBits(new Uint8Array([0, 0])), 16);
});
