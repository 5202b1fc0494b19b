import type { ConsentBody } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import { api } from "./api.ts";

/** What somebody typed before they left for an app's page, without the secret. */
export interface BegunConsent {
  app: string;
  /** The kind of login. */
  kind: string;
  title: string;
  baseUrl: string;
  /** By place, as the form has it. */
  draft: Readonly<Record<string, string>>;
  scopes: readonly string[];
}

const keptUnder = "millrace-consent";

/** Goes to the app's page, and remembers the page to return to, and what was typed: a sign-in that fails is begun again with it. */
export async function leaveForConsent(body: ConsentBody, begun: BegunConsent | null): Promise<void> {
  const { url } = await api.consents.begin({ body });
  sessionStorage.setItem(keptUnder, JSON.stringify({ page: location.pathname + location.search, begun }));
  location.assign(url);
}

/** The page of Millrace from which somebody left. */
export function pageBeforeConsent(): string {
  const { page } = kept();
  return typeof page === "string" && page.startsWith("/") && !page.startsWith("//") ? page : "/connections";
}

/** What was typed before; null where nothing was, or it led to a login. */
export function begunConsent(): BegunConsent | null {
  const { begun } = kept();
  return isObject(begun) ? (begun as unknown as BegunConsent) : null;
}

/** The login is there: what was typed for it is of no use any more. */
export const consentIsDone = (): void => sessionStorage.removeItem(keptUnder);

function kept(): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(keptUnder) ?? "{}");
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
