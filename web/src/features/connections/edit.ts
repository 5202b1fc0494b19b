import type { ConnectionPatch, ConnectionView } from "#api/schemas.ts";
import { loginPlace } from "#kernel/login-place.ts";

/** What can be changed of a connection, as typed. */
export interface Changes {
  title: string;
  name: string;
  locationId: string;
  companyId: string;
  baseUrl: string;
  /** Parts of the app's address. */
  variables: Readonly<Record<string, string>>;
}
type Facts = Pick<ConnectionView, "title" | "name" | "locationId" | "companyId" | "baseUrl" | "variables">;

/** Only what differs; what was emptied is cleared. */
export function patchOf(
  { title, name, locationId = "", companyId = "", baseUrl = "", variables }: Facts,
  changes: Changes,
): ConnectionPatch {
  const typed = (field: Exclude<keyof Changes, "variables">) => changes[field].trim();
  const settings = changedVariables({ variables }, changes);
  return {
    ...(typed("title") !== title && { title: typed("title") }),
    ...(typed("name") !== name && { name: typed("name") }),
    ...(typed("locationId") !== locationId && { locationId: typed("locationId") || null }),
    ...(typed("companyId") !== companyId && { companyId: typed("companyId") || null }),
    ...(typed("baseUrl") !== baseUrl && { baseUrl: typed("baseUrl") || null }),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}

/** The parts of the app's address that are another one. */
const changedVariables = (
  { variables: before = {} }: Pick<Facts, "variables">,
  { variables }: Pick<Changes, "variables">,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value.trim() === (before[name] ?? "") ? [] : [[name, value.trim()]])),
  );

/** Whether the address becomes another one: the login does not go along. */
export function changedAddress(
  { baseUrl = "", variables }: Pick<Facts, "baseUrl" | "variables">,
  changes: Pick<Changes, "baseUrl" | "variables">,
): boolean {
  if (Object.keys(changedVariables({ variables }, changes)).length > 0) return true;
  return loginPlace(changes.baseUrl.trim()) !== loginPlace(baseUrl);
}
