/** What people type for what the catalog calls otherwise. Each word stands for any of those after it. */
const groups: readonly (readonly string[])[] = [
  ["delay", "wait", "pause", "sleep", "later", "schedule"],
  ["if", "branch", "condition", "path", "paths", "router", "split", "else", "switch", "decision"],
  ["filter", "only", "continue", "stop unless", "condition"],
  ["loop", "each", "iterate", "iterator", "repeat", "for"],
  ["format", "formatter", "transform", "convert", "prepare", "variable", "text", "date", "number"],
  ["stop", "end", "exit", "halt"],
  ["sms", "message", "text", "whatsapp"],
  ["email", "e-mail", "mail", "message"],
  ["http", "request", "webhook", "api", "url", "rest", "call", "fetch", "endpoint", "zapier", "post"],
  ["webhook", "post", "hook", "catch"],
  ["lead", "contact", "person", "people", "customer", "client", "patient"],
  ["deal", "opportunity", "opportunities", "pipeline", "sale"],
  ["appointment", "booking", "meeting", "event", "calendar"],
  ["cron", "schedule", "timer", "daily", "hourly", "weekly", "every", "day", "week", "month", "morning", "night"],
  ["survey", "answer", "response", "review", "nps", "feedback", "rating", "score"],
  ["add", "added", "create", "created", "new", "make", "write", "book"],
  ["update", "updated", "change", "changed", "edit", "edited", "modified", "upsert"],
  ["remove", "removed", "delete", "deleted"],
  ["find", "lookup", "look-up", "look", "search", "get", "list", "count"],
  ["upsert", "create", "update"],
  ["owner", "assigned", "user"],
  ["manual", "hand", "button"],
  ["task", "to-do", "todo", "reminder", "follow-up", "followup"],
  ["statistics", "analytics", "metrics", "report", "dashboard", "stats"],
  ["tag", "label", "segment"],
  ["note", "comment"],
  ["workflow", "campaign", "automation", "sequence"],
];

/** The synonyms of a word, without the word itself. */
export function synonymsOf(word: string): ReadonlySet<string> {
  const related = new Set<string>();
  if (word.length < 2) return related;
  for (const [first = "", ...others] of groups) {
    const all = [first, ...others];
    // A word that is being typed counts from its third letter.
    if (all.some((one) => one === word || `${one}s` === word || (word.length > 2 && one.startsWith(word))))
      for (const one of all) related.add(one);
  }
  related.delete(word);
  return related;
}

const byRequest = new Set([
  "slack",
  "discord",
  "teams",
  "telegram",
  "notion",
  "airtable",
  "sheets",
  "zapier",
  "make",
  "n8n",
  "trello",
  "asana",
  "hubspot",
  "mailchimp",
  "twilio",
  "openai",
]);

/** A service that has no app here, and that an HTTP request reaches. */
export const reachedByRequest = (words: string): string | null =>
  words
    .toLowerCase()
    .split(/\s+/)
    .find((word) => byRequest.has(word)) ?? null;
