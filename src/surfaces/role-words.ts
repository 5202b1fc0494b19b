import type { Role } from "#kernel/roles.ts";

interface RoleWords {
  title: string;
  /** "a viewer" */
  one: string;
  /** What the role may do, as a sentence. */
  may: string;
}

/** The roles, in words. */
export const roleWords: Record<Role, RoleWords> = {
  owner: { title: "Owner", one: "an owner", may: "Everything, also people, API keys and the workspace itself." },
  builder: {
    title: "Builder",
    one: "a builder",
    may: "Builds and publishes flows, connections, inboxes, rules and apps. Does not decide who is let in.",
  },
  operator: {
    title: "Operator",
    one: "an operator",
    may: "Keeps things running: pauses and resumes flows, replays and cancels runs, renews connections. Does not change flows.",
  },
  viewer: { title: "Viewer", one: "a viewer", may: "Looks at everything, changes nothing." },
  client: { title: "Client", one: "a client", may: "Sees one page about one sub-account: its connection, its flows and its latest runs." },
};
