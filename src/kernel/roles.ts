/** What somebody is in a workspace. `client` sees one sub-account, on a page of its own. */
export const roles = ["owner", "builder", "operator", "viewer", "client"] as const;
export type Role = (typeof roles)[number];

/** The roles that an API key can have. */
export const keyRoles = ["owner", "builder", "operator", "viewer"] as const satisfies readonly Role[];
export type KeyRole = (typeof keyRoles)[number];
