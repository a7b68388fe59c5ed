#!/usr/bin/env python3
"""Ranks the same sections with SQLite FTS5: fts5.py SECTIONS DATA.

SECTIONS is written by `search_quality_bench DATA --dump SECTIONS`. English stop words dropped, Porter stems,
bm25() with the title at 5 and code at .25, words joined by OR; a page scores its best section + .3 of the
second + .15 of the third, as Docent's ranking does.
"""
import collections, json, math, pathlib, re, sqlite3, sys, time

STOP = set((pathlib.Path(__file__).parents[2] / "src/search/stop_words/en.txt").read_text().split())
sections = [json.loads(line) for line in open(sys.argv[1])]
data = pathlib.Path(sys.argv[2])
relevant = collections.defaultdict(set)
for line in open(data / "qrels.tsv"):
    qid, _, page, _ = line.split("\t")
    relevant[qid].add(page)

start = time.process_time()
indexes = {}
for section in sections:
    corpus = section["corpus"]
    if corpus not in indexes:
        indexes[corpus] = sqlite3.connect(":memory:")
        indexes[corpus].execute(
            "CREATE VIRTUAL TABLE s USING fts5(title, headings, body, code, page UNINDEXED, tokenize='porter unicode61')")
    indexes[corpus].execute("INSERT INTO s VALUES (?,?,?,?,?)",
                            [section[k] for k in ("title", "headings", "body", "code", "page")])
for db in indexes.values():
    db.execute("INSERT INTO s(s) VALUES ('optimize')")
indexed = time.process_time() - start


def rank(db, text):
    words = [w for w in re.findall(r"\w+", text.lower()) if w not in STOP]
    if not words:
        return []
    match = " OR ".join(f'"{w}"' for w in dict.fromkeys(words))
    pages = collections.defaultdict(list)
    for page, score in db.execute("SELECT page, -bm25(s, 5, 1, 1, .25) FROM s WHERE s MATCH ?", (match,)):
        pages[page].append(score)
    def total(scores):
        return sum(w * s for w, s in zip((1, .3, .15), sorted(scores, reverse=True)))
    return sorted(pages, key=lambda p: -total(pages[p]))[:10]


subsets, times = collections.defaultdict(list), []
for line in list(open(data / "questions.tsv"))[1:]:
    qid, corpus, subset, _, text = line.rstrip("\n").split("\t")
    start = time.process_time()
    pages = rank(indexes[corpus], text)
    times.append((time.process_time() - start) * 1000)
    gain = sum(1 / math.log2(i + 2) for i, p in enumerate(pages) if p in relevant[qid])
    subsets[corpus, subset].append(gain / sum(1 / math.log2(i + 2) for i in range(min(10, len(relevant[qid])))))
for key, values in sorted(subsets.items()):
    print(f"{key[0]} {key[1]}: nDCG@10 {sum(values) / len(values):.3f}")
times.sort()
print(f"index {indexed:.1f} s, query p50 {times[len(times) // 2]:.1f} ms, p95 {times[int(len(times) * .95)]:.1f} ms (CPU)")
