import { Closed, Merged, Open } from "./icons.tsx";
import type { MergeRequest } from "./types.ts";

/** What has become of it, as a badge. */
export function State({ request }: { request: MergeRequest }) {
  const draft = request.status === "open" && request.draft;
  const name = draft ? "draft" : request.status;
  return (
    <span className={`state state-${name}`}>
      {request.status === "merged" ? <Merged /> : request.status === "closed" ? <Closed /> : <Open />}
      {name.charAt(0).toUpperCase() + name.slice(1)}
    </span>
  );
}
