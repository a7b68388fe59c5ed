/** The objects of the API that the page reads; see docs/agent/review.mdx. */
export interface Session {
  id: string;
  title: string;
  status: "active" | "finished" | "merged" | "closed";
  agent_status: string;
  details?: { last_change: number; queued_messages: number };
}

export interface MergeRequest {
  id: string;
  session_id: string;
  title: string;
  description: string;
  source_branch: string;
  target_branch: string;
  status: "open" | "merged" | "closed";
  draft?: boolean;
  mergeable: boolean | null;
  head_sha: string;
  merge_commit_sha: string | null;
  web_url: string | null;
  external_id: string | null;
  created_at: string;
  updated_at: string;
  merged_at: string | null;
}

/** One merge request, with what only its own address tells. */
export interface Review extends MergeRequest {
  job_id: string | null;
  commits: number | null;
  files_changed: number | null;
  additions: number | null;
  deletions: number | null;
  behind_by: number | null;
  conflicting_files: string[];
  has_newer_work: boolean;
  platform: string | null;
  repository: string | null;
  session: Session;
}

export interface Commit {
  sha: string;
  author_name: string;
  authored_at: string;
  subject: string;
  body: string;
}

export interface ChangedFile {
  path: string;
  old_path: string | null;
  change: "added" | "modified" | "removed" | "renamed" | "copied" | "type_changed";
  additions: number;
  deletions: number;
  binary: boolean;
  page: boolean;
  diff: string | null;
  truncated: boolean;
}

export interface Files {
  items: ChangedFile[];
  files_changed: number;
  truncated: boolean;
}

export interface Page {
  title: string;
  description: string;
  markdown: string;
  missing: string[];
  problem: string | null;
}

export type Side = "before" | "after";

export interface Comment {
  id: string;
  author: string;
  body: string;
  path: string | null;
  side: Side | null;
  line: number | null;
  quote: string | null;
  head_sha: string;
  message_id: string | null;
  not_sent: string | null;
  answer: { message: string; created_at: string } | null;
  created_at: string;
}

export interface NewComment {
  body: string;
  path?: string;
  side?: Side;
  line?: number;
  for_agent: boolean;
  client_id: string;
}

export type Method = "merge" | "squash" | "rebase";

/** Of a session's timeline, as far as the page shows it. */
export interface SessionEvent {
  id: string;
  type: string;
  status: string;
  payload: { message?: string; path?: string; command?: string };
}
