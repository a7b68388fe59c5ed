// An embeddings endpoint for measurements, without a model: node embeddings.mjs [--data DIR] [--quality Q] [--port N]
//
// A text's vector is made of its words and their runs of three letters (hashed): texts with like words are near each
// other, which is about the weakest model there could be. With --quality (0 to 1) one half of each vector is something
// that words do not say: a direction of the page's own, which a question of DIR/questions.tsv shares with the pages
// that DIR/qrels.tsv calls right, as far as Q goes; the rest of it is noise. So a model of any strength can be tried.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const option = (name, otherwise) => {
  const at = process.argv.indexOf("--" + name);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const data = option("data", "");
const quality = option("quality", null);
const dimensions = 256;

const scaled = (vector, to = 1) => {
  let square = 0;
  for (const x of vector) square += x * x;
  const factor = square > 0 ? to / Math.sqrt(square) : 0;
  return vector.map((x) => x * factor);
};

/** A direction that depends on the name alone. */
const directions = new Map();
function direction(name) {
  let out = directions.get(name);
  if (out) return out;
  let state = createHash("sha256").update(name).digest().readUInt32LE(0) || 1;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  out = scaled(Float64Array.from({ length: dimensions }, () => random() + random() + random() - 1.5));
  directions.set(name, out);
  return out;
}

function hash(text) {
  let h = 2166136261;
  for (let i = 0; i < text.length; ++i) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  h ^= h >>> 15;
  return h >>> 0;
}

function letters(text) {
  const counts = new Map();
  const add = (key, weight) => counts.set(key, (counts.get(key) ?? 0) + weight);
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    if (word.length > 3) add(word, 1);
    const framed = `^${word}$`;
    for (let i = 0; i + 3 <= framed.length; ++i) add(framed.slice(i, i + 3), 0.3);
  }
  const out = new Float64Array(dimensions);
  for (const [key, count] of counts) {
    const h = hash(key);
    out[h % dimensions] += ((h >>> 16) & 1 ? 1 : -1) * Math.log1p(count);
  }
  out[0] += 1e-6;
  return scaled(out);
}

// Title of the right pages by question.
const right = new Map();
if (quality !== null) {
  const rows = (file, cut) => readFileSync(join(data, file), "utf8").trim().split("\n").map((line) => line.split(cut));
  const questions = new Map(rows("questions.tsv", "\t").map(([id, corpus, , , text]) => [id, { corpus, text }]));
  for (const [id, , page] of rows("qrels.tsv", /\s+/)) {
    const question = questions.get(id);
    if (!question) continue;
    let source = "";
    for (const end of ["", ".md", ".mdx"]) {
      try {
        source ||= readFileSync(join(data, "corpora", question.corpus, page + end), "utf8");
      } catch {}
    }
    const title = /^title:\s*["']?(.*?)["']?\s*$/m.exec(source)?.[1] ?? /^#\s+(.*)$/m.exec(source)?.[1];
    if (title) right.set(question.text, [...(right.get(question.text) ?? []), title]);
  }
}

function embed(text) {
  const words = letters(text);
  if (quality === null) return words;
  const titles = right.get(text);
  let page = direction(text.split("\n", 1)[0].split(" > ")[0]);
  if (titles) {
    const q = Number(quality);
    const noise = direction("noise " + text);
    page = scaled(direction(titles[0]).map((x, i) => {
      let sum = 0;
      for (const title of titles) sum += direction(title)[i];
      return (q * sum) / Math.sqrt(titles.length) + Math.sqrt(1 - q * q) * noise[i];
    }));
  }
  return scaled(words.map((x, i) => x + page[i]));
}

let texts = 0;
createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  const { input, model } = JSON.parse(body);
  texts += input.length;
  const rows = input.map((text, index) => ({ object: "embedding", index, embedding: [...embed(text)].map((x) => +x.toFixed(6)) }));
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ object: "list", model, data: rows }));
  if (process.stderr.isTTY) process.stderr.write(`\r${texts} texts`);
}).listen(Number(option("port", 0)), "127.0.0.1", function () {
  console.log(`http://127.0.0.1:${this.address().port}/v1`);
});
