/** What a request may do, by the kind of record. A route declares the one it needs. */
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

/** Who makes a request, and what they may do. */
export interface Principal {
  workspaceId: string;
  scopes: ReadonlySet<Scope>;
  /** What the list of changes calls them, such as `key:key_01…` or `session:4f0c…`. */
  by: string;
}

/** What concerns all of Millrace, not one workspace: resuming after a start on hold, and the addresses of the operator's own network. */
const operatorScopes: readonly Scope[] = ["engine:write", "settings:read", "settings:write"];

/** The API key of a workspace, or a session made with it, may do everything in the workspace. */
export const ownerOf = (workspaceId: string, by: string): Principal => ({
  workspaceId,
  by,
  scopes: new Set(scopes.filter((scope) => !operatorScopes.includes(scope))),
});

/** The owner of the first workspace is the operator. */
export const operatorOf = (workspaceId: string, by: string): Principal => ({ workspaceId, scopes: new Set(scopes), by });

export const mayUse = (principal: Principal, allow: Scope): boolean => principal.scopes.has(allow);
