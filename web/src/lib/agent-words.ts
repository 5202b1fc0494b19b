import type { AgentView } from "#api/schemas.ts";
import { needsPerson } from "#surfaces/agent-words.ts";

type Permission = AgentView["permissions"][number];

/** What an agent may do, in words: for whoever decides, and for the list. */
export const permissionWords: Record<Permission, { short: string; title: string; what: string }> = {
  read: {
    short: "reads",
    title: "Read",
    what: "Flows, runs with their data, apps and the names of connections. Never a password or key.",
  },
  draft: {
    short: "drafts flows",
    title: "Draft flows",
    what: "Write and change drafts, check them and try them in dry runs, which call no address that it chose. You approve publishing a flow or turning it on, and replaying runs.",
  },
  call: {
    short: "calls operations",
    title: "Call operations",
    what: "Look things up in your apps, and add or change records there. You approve calls that delete, unlink or send something, go to a web address that it chose, or whose effect is not known.",
  },
  act: {
    short: "acts on what you accept in it",
    title: "Act on what you accept in the agent",
    what: `Once you say yes in the agent's own window, without Millrace's page: ${needsPerson.join("; ")}. Only for an agent that always asks you.`,
  },
};

/** "reads, drafts flows". */
export const permissionsInWords = (permissions: readonly Permission[]): string =>
  permissions.map((permission) => permissionWords[permission].short).join(", ");
