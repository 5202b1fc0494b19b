/** What an agent cannot do by itself: the page, the tools and docs/agents.md say it in these words. */
export const needsPerson: readonly string[] = [
  "publishing a flow or turning it on",
  "replaying runs",
  "calling operations that delete, unlink or send something, go to an address that the agent chooses, could hand access or events to others (logins, webhooks, who is notified), or whose effect is not known",
];
