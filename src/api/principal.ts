/** What somebody may do, by what it is about. A route declares which one it needs. */
export const scopes = [
  "overview:read",
  "engine:write",
  "flows:read",
  "flows:write",
  "runs:read",
  "runs:write",
  "connections:read",
  "connections:write",
  "inboxes:read",
  "inboxes:write",
  "changes:read",
  "settings:read",
  "settings:write",
  "catalog:read",
  "catalog:write",
  "operations:call",
  "access:write",
] as const;

export type Scope = (typeof scopes)[number];

/** Who a request is from, and what that lets them do. */
export interface Principal {
  workspaceId: string;
  scopes: ReadonlySet<Scope>;
  /** What the list of changes calls them, such as `key:key_01…` or `session:4f0c…`. */
  by: string;
}

/** What is about all of Millrace and not about one workspace: resuming after a start on hold, and the addresses of the operator's own network. */
const operatorScopes: readonly Scope[] = ["engine:write", "settings:read", "settings:write"];

/** Whoever holds a workspace's API key, or signed in with it, may do everything there is in the workspace. */
export const ownerOf = (workspaceId: string, by: string): Principal => ({
  workspaceId,
  by,
  scopes: new Set(scopes.filter((scope) => !operatorScopes.includes(scope))),
});

/** Whoever owns the first workspace runs Millrace. */
export const operatorOf = (workspaceId: string, by: string): Principal => ({ workspaceId, scopes: new Set(scopes), by });

export const mayUse = (principal: Principal, allow: Scope): boolean => principal.scopes.has(allow);
