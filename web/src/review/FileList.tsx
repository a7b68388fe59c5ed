import { useState } from "react";
import type { Api } from "./api.ts";
import { FileView } from "./FileView.tsx";
import type { ChangedFile, Review } from "./types.ts";
import type { Loaded } from "./use_review.ts";
import { count } from "./words.ts";

export type Layout = "inline" | "split";
const wide = "(min-width: 60rem)";

/** Every changed file with its diff; beside them, where there is room, their names. */
export function FileList({ api, review, loaded }: { api: Api; review: Review; loaded: Loaded }) {
  const [layout, setLayout] = useState<Layout>("inline");
  const { files } = loaded;
  if (loaded.filesFailed)
    return (
      <p className="failure" role="alert">
        {loaded.filesFailed}
      </p>
    );
  if (!files)
    return (
      <p className="working">
        Loading
        <span className="dots" />
      </p>
    );
  return (
    <div className="files">
      <div className="toolbar">
        <p>{count(files.files_changed, "file")} changed</p>
        {matchMedia(wide).matches && (
          <fieldset className="switch">
            <legend className="visually-hidden">Layout of the changes</legend>
            <button type="button" aria-pressed={layout === "inline"} onClick={() => setLayout("inline")}>
              Inline
            </button>
            <button type="button" aria-pressed={layout === "split"} onClick={() => setLayout("split")}>
              Side by side
            </button>
          </fieldset>
        )}
      </div>
      <nav aria-label="Changed files">
        <ul>
          {files.items.map((file, i) => (
            <li key={file.path}>
              <a href={`#file-${i}`}>
                <Sign change={file.change} />
                <span className="path">{file.path}</span>
                <Numbers file={file} />
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="diffs">
        {files.items.map((file, i) => (
          <FileView
            key={file.path + review.head_sha}
            id={`file-${i}`}
            api={api}
            file={file}
            layout={layout}
            review={review}
            loaded={loaded}
            open={i < 50}
          />
        ))}
        {files.truncated && (
          <p className="note">
            Only the first {count(files.items.length, "file")} are shown here. Look at the rest with git.
          </p>
        )}
      </div>
    </div>
  );
}

const signs: Record<ChangedFile["change"], [string, string]> = {
  added: ["A", "Added"],
  modified: ["M", "Changed"],
  removed: ["D", "Removed"],
  renamed: ["R", "Renamed"],
  copied: ["C", "Copied"],
  type_changed: ["T", "Kind changed"],
};

export function Sign({ change }: { change: ChangedFile["change"] }) {
  const [letter, word] = signs[change];
  return (
    <span className={`sign sign-${change}`} title={word}>
      <span aria-hidden="true">{letter}</span>
      <span className="visually-hidden">{word}: </span>
    </span>
  );
}

export const Numbers = ({ file }: { file: ChangedFile }) =>
  file.binary ? null : (
    <span className="numbers" aria-hidden="true">
      {file.additions > 0 && <span className="plus">+{file.additions}</span>}{" "}
      {file.deletions > 0 && <span className="minus">−{file.deletions}</span>}
    </span>
  );
