/** What somebody is in a workspace. `client` sees one sub-account, on a page of its own. */
export const roles = ["owner", "builder", "operator", "viewer", "client"] as const;
export type Role = (typeof roles)[number];
