import { useEffect, useState } from "react";
import { Chat } from "./Chat.tsx";
import { type Config, loadConfig } from "./config.ts";
import { loadConversation, newConversation, saveConversation } from "./conversation.ts";

export function App() {
  const [config, setConfig] = useState<Config>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    loadConfig().then(setConfig, () => setFailed(true));
  }, []);
  useEffect(() => {
    if (config) document.title = `Ask ${config.name}`;
  }, [config]);

  if (failed)
    return (
      <main className="plain">
        <h1>This page is not set up</h1>
        <p>
          It could not read its settings from <code>/ui/config.json</code>. Check that Docent is running and
          has a project, then reload.
        </p>
      </main>
    );
  if (!config) return null;
  if (!config.key) return <KeyForm onKey={(key) => setConfig({ ...config, key })} />;
  return <Conversations config={config} />;
}

function Conversations({ config }: { config: Config }) {
  const [conversation, setConversation] = useState(() => loadConversation(config));
  const startOver = () => {
    const fresh = newConversation();
    saveConversation(config, fresh);
    setConversation(fresh);
    window.scrollTo(0, 0);
  };
  return <Chat key={conversation.id} config={config} conversation={conversation} onNew={startOver} />;
}

/** The server has no key to hand out: the reader brings one. It is kept nowhere. */
function KeyForm({ onKey }: { onKey: (key: string) => void }) {
  const [text, setText] = useState("");
  return (
    <main className="plain">
      <h1>An assistant key is needed</h1>
      <p>
        Make one with <code>docent key create --kind assistant</code> and paste it here.
      </p>
      <form
        className="composer"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) onKey(text.trim());
        }}
      >
        <input
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="mint_dsc_…"
          aria-label="Assistant key"
          autoComplete="off"
          spellCheck={false}
        />
        <button type="submit" className="wide-button" disabled={!text.trim()}>
          Use this key
        </button>
      </form>
    </main>
  );
}
