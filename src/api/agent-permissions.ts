import type { Scope } from "./principal.ts";

/**
 * What a person can allow an agent. `act`: what otherwise needs an approval on the page (publishing, replaying, sending, deleting), once
 * the person accepts it in the agent.
 */
export const agentPermissions = ["read", "draft", "call", "act"] as const;
export type AgentPermission = (typeof agentPermissions)[number];

const scopesOfPermission: Record<AgentPermission, readonly Scope[]> = {
  read: ["self:read", "overview:read", "flows:read", "runs:read", "connections:read", "inboxes:read", "changes:read", "catalog:read"],
  draft: ["flows:try", "flows:write"],
  call: ["flows:try", "operations:call"],
  act: ["flows:switch", "runs:write"],
};

/** What an agent may do: what it was allowed, and only what the person it acts for may do at the moment. */
export const scopesOfAgent = (permissions: readonly AgentPermission[], person: ReadonlySet<Scope>): ReadonlySet<Scope> =>
  new Set(permissions.flatMap((permission) => scopesOfPermission[permission]).filter((scope) => person.has(scope)));

/** The permissions that mean something for a person with these scopes. */
export const permissionsFor = (person: ReadonlySet<Scope>): AgentPermission[] =>
  agentPermissions.filter((permission) => scopesOfPermission[permission].some((scope) => person.has(scope)));
