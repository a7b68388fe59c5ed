import { type KeyboardEvent, useEffect, useState } from "react";
import { ActivityPanel } from "./ActivityPanel.tsx";
import type { Api } from "./api.ts";
import { Conversation } from "./Conversation.tsx";
import { FileList } from "./FileList.tsx";
import { MergePanel } from "./MergePanel.tsx";
import { State } from "./State.tsx";
import type { Commit, Review } from "./types.ts";
import { useReview } from "./use_review.ts";
import { count, short, since } from "./words.ts";

const tabs = ["conversation", "files", "commits"] as const;
type Tab = (typeof tabs)[number];

const tabOf = (hash: string): Tab => tabs.find((tab) => `#${tab}` === hash) ?? "conversation";

export function ReviewPage({
  api,
  id,
  onRefused,
}: {
  api: Api;
  id: string;
  onRefused: (why: string) => void;
}) {
  const loaded = useReview(api, id, onRefused);
  const { review } = loaded;
  const [tab, setTab] = useState<Tab>(() => tabOf(location.hash));
  useEffect(() => {
    document.title = review ? `${review.title} · Review` : "Review";
  }, [review]);
  if (!review)
    return (
      <main className="page narrow" id="content" aria-busy={!loaded.failed}>
        {loaded.failed ? (
          <p className="failure" role="alert">
            {loaded.failed}
          </p>
        ) : (
          <p className="working">
            Loading
            <span className="dots" />
          </p>
        )}
      </main>
    );
  const choose = (next: Tab) => {
    setTab(next);
    history.replaceState(null, "", `#${next}`);
  };
  const counts: Record<Tab, number | undefined> = {
    conversation: loaded.comments.length,
    files: loaded.files?.files_changed ?? review.files_changed ?? undefined,
    commits: review.commits ?? undefined,
  };
  const arrows = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length] as Tab;
    choose(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <main className="page" id="content">
      <Head review={review} />
      {loaded.failed && (
        <p className="failure" role="alert">
          {loaded.failed}
        </p>
      )}
      <div className="tabs" role="tablist" aria-label="Parts of the pull request" onKeyDown={arrows}>
        {tabs.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={tab === name}
            aria-controls="panel"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => choose(name)}
          >
            {name.charAt(0).toUpperCase() + name.slice(1)}
            {counts[name] !== undefined && <span className="count">{counts[name]}</span>}
          </button>
        ))}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "conversation" && (
          <div className="columns">
            <Conversation loaded={loaded} review={review} />
            <aside>
              <MergePanel api={api} review={review} loaded={loaded} />
              <ActivityPanel api={api} review={review} activity={loaded.activity} />
            </aside>
          </div>
        )}
        {tab === "files" && <FileList api={api} loaded={loaded} review={review} />}
        {tab === "commits" && <Commits commits={loaded.commits} failed={loaded.filesFailed} />}
      </div>
    </main>
  );
}

function Head({ review }: { review: Review }) {
  return (
    <div className="head">
      <p className="where">{review.repository}</p>
      <h1 className="title">{review.title}</h1>
      <div className="facts">
        <State request={review} />
        <span>
          <code>{review.source_branch}</code> into <code>{review.target_branch}</code>
        </span>
        {review.additions !== null && (
          <span className="numbers">
            <span className="plus">+{review.additions}</span>{" "}
            <span className="minus">−{review.deletions}</span>
            <span className="visually-hidden">
              {` ${count(review.additions, "line")} added, ${count(review.deletions ?? 0, "line")} removed`}
            </span>
          </span>
        )}
        <time dateTime={review.updated_at}>{since(review.merged_at ?? review.updated_at)}</time>
      </div>
    </div>
  );
}

function Commits({ commits, failed }: { commits: Commit[] | undefined; failed: string }) {
  if (failed)
    return (
      <p className="failure" role="alert">
        {failed}
      </p>
    );
  return (
    <ol className="commits" aria-busy={!commits}>
      {commits?.map((commit) => (
        <li key={commit.sha}>
          <div>
            <p className="subject">{commit.subject}</p>
            {commit.body && <pre>{commit.body}</pre>}
            <p className="note">
              {commit.author_name}, <time dateTime={commit.authored_at}>{since(commit.authored_at)}</time>
            </p>
          </div>
          <code>{short(commit.sha)}</code>
        </li>
      ))}
    </ol>
  );
}
