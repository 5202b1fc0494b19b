import { users } from "../defaults.ts";
import type { Grant } from "../oauth/grants.ts";
import type { Author } from "../types.ts";

/** Who works on the vendor's own pages. */
export const person: Author = { source: "WEB_USER", channel: "APP", sourceId: users.owner };

/** Who calls the API: an app, or the user a private token is of. */
export const authorOf = ({ kind, appId, userId }: Grant): Author => ({
  source: "INTEGRATION",
  channel: "OAUTH",
  sourceId: kind === "oauth" ? appId : userId,
});

/** Where a record came from, as the vendor's attribution has it. */
export const sourceOf = ({ channel }: Author) =>
  channel === "APP"
    ? { url: "", sessionSource: "CRM UI", medium: "manual" }
    : { url: "", sessionSource: "Third Party", medium: "integration" };

/** The same in a list's row. */
export function attributionsOf(author: Author) {
  const { url, sessionSource, medium } = sourceOf(author);
  return [{ url, utmSessionSource: sessionSource, isFirst: true, medium }];
}
