import { useEffect, useState } from "react";
import { type Api, Refusal } from "./api.ts";
import { changedLines } from "./diff.ts";
import { Prose } from "./Prose.tsx";
import type { ChangedFile, Page, Review, Side } from "./types.ts";

interface Props {
  api: Api;
  review: Review;
  file: ChangedFile;
}

type Shown = { before?: Page; after?: Page };

/** The page as readers of the site would see it, before and after; what differs has a bar beside it. */
export function Preview({ api, review, file }: Props) {
  const [shown, setShown] = useState<Shown>();
  const [failed, setFailed] = useState("");
  const added = file.change === "added";
  const removed = file.change === "removed";
  useEffect(() => {
    const stop = new AbortController();
    const load = async (side: Side, path: string): Promise<Page | undefined> => {
      const query = `path=${encodeURIComponent(path)}&side=${side}`;
      try {
        return await api.get<Page>(`/merge-requests/${review.id}/preview?${query}`, stop.signal);
      } catch (error) {
        // A page that was renamed from a file that is none has no other side.
        if (error instanceof Refusal && (error.status === 404 || error.code === "not_a_page"))
          return undefined;
        throw error;
      }
    };
    Promise.all([
      added ? undefined : load("before", file.old_path ?? file.path),
      removed ? undefined : load("after", file.path),
    ])
      .then(([before, after]) => setShown({ before, after }))
      .catch((error) => {
        if (!stop.signal.aborted) setFailed(error instanceof Error ? error.message : String(error));
      });
    return () => stop.abort();
  }, [api, review.id, file, added, removed]);
  if (failed)
    return (
      <p className="failure" role="alert">
        {failed}
      </p>
    );
  if (!shown)
    return (
      <p className="working aside-note">
        Loading
        <span className="dots" />
      </p>
    );
  const { before, after } = shown;
  return (
    <div className={`preview ${before && after ? "two" : ""}`}>
      {before && (
        <OneSide title={removed ? "Before (removed)" : "Before"} page={before} other={after} kind="gone" />
      )}
      {after && <OneSide title={added ? "New page" : "After"} page={after} other={before} kind="new" />}
    </div>
  );
}

interface SideProps {
  title: string;
  page: Page;
  other?: Page | undefined;
  kind: "gone" | "new";
}

function OneSide({ title, page, other, kind }: SideProps) {
  const changed = other ? changedLines(page.markdown, other.markdown) : new Set<number>();
  const differs = (field: "title" | "description") =>
    other && other[field] !== page[field] ? "changed" : "";
  return (
    <section className={kind} aria-label={title}>
      <p className="side-name">{title}</p>
      {page.problem && <p className="failure">The front matter is broken: {page.problem}</p>}
      {page.missing.length > 0 && <p className="failure">Missing snippets: {page.missing.join(", ")}</p>}
      {page.title && <p className={`page-title ${differs("title")}`}>{page.title}</p>}
      {page.description && <p className={`page-description ${differs("description")}`}>{page.description}</p>}
      <Prose text={page.markdown} changed={changed} />
    </section>
  );
}
