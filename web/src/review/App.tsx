import { useMemo, useState } from "react";
import { Mark } from "../icons.tsx";
import { Api, placeOf } from "./api.ts";
import { List } from "./List.tsx";
import { ReviewPage } from "./ReviewPage.tsx";

const stored = "docent-review-key";

function remembered(): string {
  try {
    return sessionStorage.getItem(stored) ?? "";
  } catch {
    return "";
  }
}

function remember(key: string) {
  try {
    if (key) sessionStorage.setItem(stored, key);
    else sessionStorage.removeItem(stored);
  } catch {
    // Storage is switched off: the key is asked for again after a reload.
  }
}

export function App() {
  const place = useMemo(() => placeOf(location.href), []);
  const [key, setKey] = useState(remembered);
  const [wrong, setWrong] = useState("");
  const api = useMemo(() => new Api(place.base, key, place.workspace), [place, key]);
  const enter = (next: string) => {
    remember(next);
    setWrong("");
    setKey(next);
  };
  const refused = (message: string) => {
    remember("");
    setKey("");
    setWrong(message);
  };
  const list = `${place.base}/review${place.workspace && `?workspace=${encodeURIComponent(place.workspace)}`}`;
  return (
    <div className="review">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="bar">
        <a className="brand" href={list}>
          <Mark />
          <span>Reviews</span>
        </a>
        {key && (
          <button type="button" className="quiet" onClick={() => enter("")}>
            Forget key
          </button>
        )}
      </header>
      {!key ? (
        <KeyForm wrong={wrong} onKey={enter} />
      ) : place.id ? (
        <ReviewPage api={api} id={place.id} onRefused={refused} />
      ) : (
        <List api={api} place={place} onRefused={refused} />
      )}
    </div>
  );
}

/** The key is a secret of its reader: it stays in this tab and goes nowhere but to this server. */
function KeyForm({ wrong, onKey }: { wrong: string; onKey: (key: string) => void }) {
  const [text, setText] = useState("");
  return (
    <main className="plain" id="content">
      <h1>A key is needed</h1>
      <p>
        Reviews are not public. Paste an admin key, or a sessions key that may read and write sessions. It
        stays in this tab until you close it.
      </p>
      {wrong && (
        <p className="failure" role="alert">
          {wrong}
        </p>
      )}
      <form
        className="composer"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) onKey(text.trim());
        }}
      >
        <input
          type="password"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="mint_…"
          aria-label="Key"
          autoComplete="off"
          spellCheck={false}
          // biome-ignore lint/a11y/noAutofocus: it is all there is to do here
          autoFocus
        />
        <button type="submit" className="wide-button" disabled={!text.trim()}>
          Continue
        </button>
      </form>
      <p className="hint">
        Make one with <code>docent key create --kind admin</code>.
      </p>
    </main>
  );
}
