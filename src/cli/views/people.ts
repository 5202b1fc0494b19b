/** Pure: people, invitations and API keys, as people read them. */
import type { z } from "zod";
import type { ApiKeyView, invitationView, MemberView } from "#api/schemas.ts";
import { formatDuration, hourMs } from "#kernel/durations.ts";
import { table } from "../table.ts";
import { ago, count, type Paper } from "../text.ts";

export function peopleTable(members: readonly MemberView[], paper: Paper): string {
  if (members.length === 0) return "Nobody has an account yet. The first is the owner's: open the page with 'millrace open', then People.";
  return table(
    members,
    [
      { title: "e-mail", value: (m) => m.email },
      { title: "role", value: (m) => m.role },
      { title: "second factor", value: (m) => (m.secondFactor ? "on" : "off"), style: (m) => (m.secondFactor ? "green" : "dim") },
      { title: "last seen", value: (m) => (m.seenAt === null ? "never" : ago(paper, m.seenAt)) },
      { title: "sub-account", value: (m) => m.locationId ?? "" },
      { title: "name", value: (m) => m.name },
    ],
    paper,
  );
}

export function invitationTable(invitations: readonly z.output<typeof invitationView>[], paper: Paper): string {
  if (invitations.length === 0) return "No invitation is open.";
  return table(
    invitations,
    [
      { title: "e-mail", value: (i) => i.email },
      { title: "role", value: (i) => i.role },
      { title: "expires", value: (i) => expiry(paper, i.expiresAt) },
      { title: "sub-account", value: (i) => i.locationId ?? "" },
    ],
    paper,
  );
}

export function keyTable(keys: readonly ApiKeyView[], paper: Paper): string {
  if (keys.length === 0) return "There are no API keys yet. Create one: millrace key add NAME --role viewer";
  return table(
    keys,
    [
      { title: "key", value: (k) => k.name },
      { title: "begins", value: (k) => k.prefix },
      { title: "role", value: (k) => (k.scopes === null ? k.role : `${k.role}, ${count(k.scopes.length, "scope")} of it`) },
      { title: "last used", value: (k) => (k.lastUsedAt === null ? "never" : ago(paper, k.lastUsedAt)) },
      { title: "expires", value: (k) => (k.expiresAt === null ? "never" : expiry(paper, k.expiresAt)) },
      { title: "from", value: (k) => k.allowedFrom?.join(", ") ?? "anywhere" },
    ],
    paper,
  );
}

const expiry = ({ now }: Paper, at: number): string => {
  const left = at - now;
  if (left <= 0) return "expired";
  return left < hourMs ? "within the hour" : `in ${formatDuration(Math.floor(left / hourMs) * hourMs)}`;
};
