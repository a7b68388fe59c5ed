import { useState } from "react";
import type { Api } from "./api.ts";
import { CommentForm } from "./CommentForm.tsx";
import { CommentView } from "./CommentView.tsx";
import { DiffTable } from "./DiffTable.tsx";
import { type Layout, Numbers, Sign } from "./FileList.tsx";
import { Chevron, Comment as CommentIcon } from "./icons.tsx";
import { Preview } from "./Preview.tsx";
import type { ChangedFile, Files, Review } from "./types.ts";
import type { Loaded } from "./use_review.ts";

interface Props {
  id: string;
  api: Api;
  file: ChangedFile;
  layout: Layout;
  review: Review;
  loaded: Loaded;
  open: boolean;
}

export function FileView({ id, api, file: listed, layout, review, loaded, open }: Props) {
  const [file, setFile] = useState(listed);
  const [shown, setShown] = useState(open);
  const [view, setView] = useState<"source" | "page">("source");
  const [writing, setWriting] = useState(false);
  const [failed, setFailed] = useState("");
  const side = file.change === "removed" ? "before" : "after";
  const said = loaded.comments.filter(
    (c) => c.path !== null && (c.path === file.path || c.path === file.old_path),
  );
  const working = loaded.activity.status !== "idle";

  const loadWhole = async () => {
    try {
      const path = `/merge-requests/${review.id}/files?path=${encodeURIComponent(file.path)}`;
      const [whole] = (await api.get<Files>(path)).items;
      if (whole) setFile(whole);
      setFailed("");
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <section className="file" id={id} aria-label={file.path}>
      <header>
        <button type="button" className="fold" aria-expanded={shown} onClick={() => setShown(!shown)}>
          <Chevron />
          <Sign change={file.change} />
          <span className="path">
            {file.old_path && <span className="old">{file.old_path} → </span>}
            {file.path}
          </span>
          <Numbers file={file} />
        </button>
        {file.page && (
          <fieldset className="switch small">
            <legend className="visually-hidden">How to show {file.path}</legend>
            <button
              type="button"
              aria-pressed={view === "source"}
              onClick={() => {
                setView("source");
                setShown(true);
              }}
            >
              Source
            </button>
            <button
              type="button"
              aria-pressed={view === "page"}
              onClick={() => {
                setView("page");
                setShown(true);
              }}
            >
              Rendered
            </button>
          </fieldset>
        )}
        <button
          type="button"
          className="quiet"
          aria-label={`Comment on ${file.path}`}
          title="Comment on this file"
          onClick={() => {
            setWriting(true);
            setShown(true);
          }}
        >
          <CommentIcon />
        </button>
      </header>
      {shown && (
        <>
          {said
            .filter((c) => c.line === null)
            .map((comment) => (
              <div className="inset" key={comment.id}>
                <CommentView comment={comment} head={review.head_sha} working={working} />
              </div>
            ))}
          {writing && (
            <div className="inset">
              <CommentForm
                label={`Comment on ${file.path}`}
                agent={review.status === "open"}
                at={{ path: file.path, side }}
                onSend={loaded.comment}
                onCancel={() => setWriting(false)}
              />
            </div>
          )}
          {view === "page" ? (
            <Preview api={api} review={review} file={file} />
          ) : file.binary ? (
            <p className="aside-note">A binary file: there is no text to compare.</p>
          ) : file.diff?.includes("\n@@ ") ? (
            <DiffTable file={file} layout={layout} review={review} loaded={loaded} said={said} />
          ) : (
            !file.truncated && <p className="aside-note">Only its name or mode changed.</p>
          )}
          {view === "source" && file.truncated && (
            <p className="aside-note">
              {file.diff === null ? "The change is large." : "The change is larger than what is shown."}{" "}
              <button type="button" className="button" onClick={loadWhole}>
                Load it
              </button>
            </p>
          )}
          {failed && (
            <p className="failure" role="alert">
              {failed}
            </p>
          )}
        </>
      )}
    </section>
  );
}
