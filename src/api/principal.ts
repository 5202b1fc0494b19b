import type { Role } from "#kernel/roles.ts";

/** What a request may do, by the kind of record. A route declares the one it needs. */
export const scopes = [
  "self:read",
  "self:write",
  "overview:read",
  "engine:write",
  "flows:read",
  "flows:try",
  "flows:switch",
  "flows:write",
  "runs:read",
  "runs:write",
  "connections:read",
  "connections:write",
  "inboxes:read",
  "inboxes:write",
  "webhooks:read",
  "webhooks:write",
  "changes:read",
  "settings:read",
  "settings:write",
  "catalog:read",
  "catalog:write",
  "operations:call",
  "targets:write",
  "access:read",
  "access:write",
  "workspaces:write",
  "client:read",
] as const;

export type Scope = (typeof scopes)[number];

/** What concerns all of Millrace, not one workspace: resuming after a start on hold, the addresses of the operator's own network, and workspaces. */
const operatorScopes: readonly Scope[] = ["engine:write", "settings:read", "settings:write", "workspaces:write"];

const viewer: readonly Scope[] = [
  "self:read",
  "self:write",
  "overview:read",
  "flows:read",
  "runs:read",
  "connections:read",
  "inboxes:read",
  "webhooks:read",
  "changes:read",
  "catalog:read",
];
const operator: readonly Scope[] = [...viewer, "flows:try", "flows:switch", "runs:write", "connections:write"];
const builder: readonly Scope[] = [
  ...operator,
  "flows:write",
  "inboxes:write",
  "webhooks:write",
  "catalog:write",
  "operations:call",
  "targets:write",
];

const scopesByRole: Record<Role, readonly Scope[]> = {
  owner: [...builder, "access:read", "access:write"],
  builder,
  operator,
  viewer,
  client: ["self:read", "self:write", "client:read"],
};

/** Who makes a request, and what they may do. */
export interface Principal {
  workspaceId: string;
  role: Role;
  scopes: ReadonlySet<Scope>;
  /** What the list of changes calls them, such as `account:acc_01…`, `key:key_01…` or `session:4f0c…`. */
  by: string;
  /** The account of a person; null where somebody came with an API key, or with a link of this machine. */
  accountId: string | null;
  /** The one sub-account that a client sees. */
  locationId: string | null;
  /** Where an agent acts for somebody. `acts`: what needs an approval otherwise, it may do once the person accepted it in the agent. */
  agent?: { acts: boolean };
}

/** What a role may do. The owner of the first workspace is the operator, who runs this Millrace. */
export const scopesOf = (role: Role, isOperator: boolean): ReadonlySet<Scope> =>
  new Set([...scopesByRole[role], ...(isOperator && role === "owner" ? operatorScopes : [])]);

/** The scopes of an API key: those of its role, limited to `narrowed`. It can always ask who it is, and never manage people, API keys or workspaces. */
export function scopesOfKey(role: Role, narrowed: readonly string[] | null, isOperator: boolean): ReadonlySet<Scope> {
  const isKept = (scope: Scope) =>
    scope !== "access:write" && scope !== "workspaces:write" && (scope === "self:read" || (narrowed?.includes(scope) ?? true));
  return new Set([...scopesOf(role, isOperator)].filter(isKept));
}

/** The principal of a role, without an account. */
const withoutAccount = (workspaceId: string, by: string, isOperator: boolean): Principal => ({
  workspaceId,
  role: "owner",
  scopes: scopesOf("owner", isOperator),
  by,
  accountId: null,
  locationId: null,
});

/** The API key of a workspace, or a session made with it, may do everything in the workspace. */
export const ownerOf = (workspaceId: string, by: string): Principal => withoutAccount(workspaceId, by, false);

/** The owner of the first workspace is the operator. */
export const operatorOf = (workspaceId: string, by: string): Principal => withoutAccount(workspaceId, by, true);

/**
 * The same for an agent that uses an API key: what needs an approval otherwise, it may do once a person accepted it in the agent, and it is
 * an agent in every rule about what nobody is asked about. Anybody else stays who they are.
 */
export const asAgent = (principal: Principal): Principal =>
  principal.by.startsWith("key:") ? { ...principal, by: `agent-${principal.by}`, agent: { acts: true } } : principal;

export const mayUse = (principal: Pick<Principal, "scopes">, allow: Scope): boolean => principal.scopes.has(allow);
