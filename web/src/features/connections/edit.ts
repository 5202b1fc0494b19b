import type { ConnectionPatch, ConnectionView } from "#api/schemas.ts";

/** What can be changed of a connection, as typed. */
export interface Changes {
  title: string;
  name: string;
  locationId: string;
  companyId: string;
  baseUrl: string;
}
type Facts = Pick<ConnectionView, "title" | "name" | "locationId" | "companyId" | "baseUrl">;

/** Only what differs; what was emptied is cleared. */
export function patchOf({ title, name, locationId = "", companyId = "", baseUrl = "" }: Facts, changes: Changes): ConnectionPatch {
  const typed = (field: keyof Changes) => changes[field].trim();
  return {
    ...(typed("title") !== title && { title: typed("title") }),
    ...(typed("name") !== name && { name: typed("name") }),
    ...(typed("locationId") !== locationId && { locationId: typed("locationId") || null }),
    ...(typed("companyId") !== companyId && { companyId: typed("companyId") || null }),
    ...(typed("baseUrl") !== baseUrl && { baseUrl: typed("baseUrl") || null }),
  };
}

/** Whether the address moves to another host: the login does not go along. */
export function changedHost({ baseUrl = "" }: Pick<Facts, "baseUrl">, changes: Pick<Changes, "baseUrl">): boolean {
  const origin = (url: string) => (URL.canParse(url) ? new URL(url).origin : url);
  return origin(changes.baseUrl.trim()) !== origin(baseUrl);
}
