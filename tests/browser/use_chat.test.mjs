// useChat in a real browser, on a page of another origin than the server: preflight, exposed headers,
// streaming, and errors that the page can read.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fixtures, startDocent } from "../contract/support/docent.mjs";
import { launch, openPage, servePage } from "./support/browser.mjs";

let plain, scripted, browser, site;
before(async () => {
  [plain, scripted, browser, site] = await Promise.all([
    startDocent(),
    startDocent({ script: join(fixtures, "slow_script.json") }),
    launch(),
    servePage("use_chat"),
  ]);
});
after(async () => {
  await browser?.close();
  await Promise.all([plain?.stop(), scripted?.stop(), site?.stop()]);
});

const address = ({ url, key }, more = {}) =>
  site.url + "?" + new URLSearchParams({ api: `${url}/discovery/v2/assistant/default/message`, key, ...more });

async function ask(page, question) {
  await page.fill("input", question);
  await page.click("button[type=submit]");
}
const status = (page, word) => page.waitForFunction((w) => document.querySelector("#status").textContent === w, word);
const text = (page, selector) => page.textContent(selector);

test("a page of another origin asks, reads the thread's headers and goes on with it", async () => {
  const { page, complaints, close } = await openPage(browser);
  const preflights = [];
  page.on("request", (request) => request.method() === "OPTIONS" && preflights.push(request.url()));
  await page.goto(address(plain));
  await ask(page, "How do I verify the signature of a webhook?");
  await page.waitForFunction(() => document.querySelectorAll(".assistant").length === 1);
  await status(page, "ready");
  assert.match(await text(page, ".assistant"), /HMAC-SHA256/);
  assert.ok((await page.locator(".assistant a").count()) > 0);
  const thread = await text(page, "#thread");
  assert.ok(thread, "x-thread-id is exposed");
  assert.ok(await text(page, "#thread-key"), "x-thread-key is exposed");

  await ask(page, "And how often is it retried?");
  await page.waitForFunction(() => document.querySelectorAll(".assistant").length === 2);
  await status(page, "ready");
  assert.match(await page.locator(".assistant").last().textContent(), /five times/);
  assert.equal(await text(page, "#thread"), thread);
  assert.deepEqual(complaints, []);
  await close();
});

test("an answer arrives in pieces, and stop keeps what there is", async () => {
  const { page, close } = await openPage(browser);
  await page.goto(address(scripted));
  await ask(page, "stop me");
  await page.waitForFunction(() => Number(document.querySelector("#pieces").textContent) > 5);
  await page.click("#stop");
  await status(page, "ready");
  assert.ok((await text(page, ".assistant")).length > 20);
  assert.equal(await text(page, "#error"), "");
  await close();
});

test("a wrong key is an error that the page can read", async () => {
  const { page, close } = await openPage(browser);
  await page.goto(address({ ...plain, key: "mint_dsc_wrong" }));
  await ask(page, "Hello?");
  await status(page, "error");
  const { error } = JSON.parse(await text(page, "#error"));
  assert.match(error, /key/i);
  await close();
});

test("a reload resumes the running answer", async () => {
  const { page, close } = await openPage(browser);
  const id = randomUUID();
  await page.goto(address(scripted, { id }));
  await ask(page, "slow please");
  await page.waitForFunction(() => Number(document.querySelector("#pieces").textContent) > 3);
  await page.goto(address(scripted, { id, resume: "1" }));
  await page.waitForSelector(".assistant");
  await status(page, "ready");
  assert.match(await text(page, ".assistant"), /^One two .*omega\./s);
  await close();
});

test("a page with nothing to resume stays ready", async () => {
  const { page, complaints, close } = await openPage(browser);
  const resumed = page.waitForResponse((response) => response.url().endsWith("/stream"));
  await page.goto(address(plain, { id: randomUUID(), resume: "1" }));
  assert.equal((await resumed).status(), 204);
  await status(page, "ready");
  assert.deepEqual(complaints, []);
  await close();
});
