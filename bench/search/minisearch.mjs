// Ranks the same sections with minisearch: node minisearch.mjs SECTIONS DATA   (npm install here first)
//
// English stop words dropped, the title at 5 and code at .25; a page scores its best section + .3 of the
// second + .15 of the third, as Docent's ranking does.
import fs from "node:fs";
import MiniSearch from "minisearch";

const [sectionsFile, data] = process.argv.slice(2);
const lines = (file) => fs.readFileSync(file, "utf8").trimEnd().split("\n");
const stop = new Set(lines(new URL("../../src/search/stop_words/en.txt", import.meta.url)));
const relevant = {};
for (const line of lines(`${data}/qrels.tsv`)) {
    const [qid, , page] = line.split("\t");
    (relevant[qid] ??= new Set()).add(page);
}

let start = process.cpuUsage();
const cpu = () => { const u = process.cpuUsage(start); return (u.user + u.system) / 1000; };
const indexes = {};
lines(sectionsFile).forEach((line, id) => {
    const section = { id, ...JSON.parse(line) };
    indexes[section.corpus] ??= new MiniSearch({
        fields: ["title", "headings", "body", "code"],
        storeFields: ["page"],
        processTerm: (t) => (stop.has(t = t.toLowerCase()) ? null : t),
        searchOptions: { boost: { title: 5, headings: 1, body: 1, code: 0.25 }, combineWith: "OR" },
    });
    indexes[section.corpus].add(section);
});
const indexed = cpu();

const subsets = {}, times = [];
for (const line of lines(`${data}/questions.tsv`).slice(1)) {
    const [qid, corpus, subset, , text] = line.split("\t");
    start = process.cpuUsage();
    const pages = new Map();
    for (const hit of indexes[corpus].search(text)) {
        if (!pages.has(hit.page)) pages.set(hit.page, []);
        pages.get(hit.page).push(hit.score);
    }
    const total = (s) => s[0] + 0.3 * (s[1] ?? 0) + 0.15 * (s[2] ?? 0);
    const best = [...pages].sort((a, b) => total(b[1]) - total(a[1])).slice(0, 10).map(([page]) => page);
    times.push(cpu());
    const gain = best.reduce((sum, page, i) => sum + (relevant[qid].has(page) ? 1 / Math.log2(i + 2) : 0), 0);
    let ideal = 0;
    for (let i = 0; i < Math.min(10, relevant[qid].size); i++) ideal += 1 / Math.log2(i + 2);
    (subsets[`${corpus} ${subset}`] ??= []).push(gain / ideal);
}
for (const [name, values] of Object.entries(subsets).sort()) {
    console.log(`${name}: nDCG@10 ${(values.reduce((a, b) => a + b) / values.length).toFixed(3)}`);
}
times.sort((a, b) => a - b);
const at = (share) => times[Math.floor(times.length * share)].toFixed(1);
console.log(`index ${(indexed / 1000).toFixed(1)} s, query p50 ${at(0.5)} ms, p95 ${at(0.95)} ms (CPU)`);
