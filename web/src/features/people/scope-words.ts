import { type Scope, scopesOf } from "#api/principal.ts";
import type { Role } from "#kernel/roles.ts";

/** What a program may do, in words. Not here: what is about a person's own account, a client's page, or all of Millrace. */
const words: Partial<Record<Scope, string>> = {
  "overview:read": "See the overview",
  "flows:read": "See flows, templates and rules",
  "flows:try": "Try flows without writing",
  "flows:switch": "Pause and resume flows",
  "flows:write": "Change and publish flows, templates and rules",
  "runs:read": "See runs and what was in them",
  "runs:write": "Start, replay, cancel and dismiss runs",
  "connections:read": "See connections, without their secrets",
  "connections:write": "Add, renew and remove connections",
  "inboxes:read": "See inboxes",
  "inboxes:write": "Change inboxes",
  "webhooks:read": "See webhook endpoints and what was delivered",
  "webhooks:write": "Send events to your own systems",
  "changes:read": "See who changed what",
  "catalog:read": "See apps and operations",
  "catalog:write": "Change apps of your own",
  "operations:call": "Call operations of the connected apps",
  "targets:write": "Send events to other tools",
  "access:read": "See people and API keys",
  "access:write": "Invite and remove people, make API keys",
};

/** What the key of a role can be narrowed to. */
export function scopesToChoose(role: Role): Scope[] {
  const all = scopesOf(role, false);
  return (Object.keys(words) as Scope[]).filter((scope) => all.has(scope));
}

/** One thing that a key may do, in words. */
export const scopeWord = (scope: string): string => words[scope as Scope] ?? scope;
