import type { ConsentBody } from "#api/schemas.ts";
import { api } from "./api.ts";

const keptUnder = "millrace-consent-from";

/** The page one is on, without a dialog that is open on it. */
const herePage = (): string => (location.pathname === "/connections" ? location.pathname : location.pathname + location.search);

/** Goes to the app's page, and remembers the page to return to. */
export async function leaveForConsent(body: ConsentBody): Promise<void> {
  const { url } = await api.consents.begin({ body });
  sessionStorage.setItem(keptUnder, herePage());
  location.assign(url);
}

/** The page of Millrace from which somebody left. */
export function pageBeforeConsent(): string {
  const page = sessionStorage.getItem(keptUnder);
  sessionStorage.removeItem(keptUnder);
  return page?.startsWith("/") === true && !page.startsWith("//") ? page : "/connections";
}
