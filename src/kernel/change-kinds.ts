/** The kinds of records whose changes people can read. */
export const changeKinds = [
  "flow",
  "sync",
  "run",
  "trigger",
  "connection",
  "inbox",
  "template",
  "rule",
  "mapping",
  "app",
  "api_key",
  "agent",
  "approval",
  "session",
  "private_host",
  "webhook_endpoint",
  "embed_origin",
  "connect_link",
  "tag",
  "tag_job",
  "tag_rule",
  "message_policy",
  "member",
  "invitation",
  "workspace",
] as const;
export type AuditedKind = (typeof changeKinds)[number];

/** In the filter `by`: changes that Millrace made on its own. */
export const byMillrace = "itself";
