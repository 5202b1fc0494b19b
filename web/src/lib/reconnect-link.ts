import { defined } from "#kernel/defined.ts";
import { isObject } from "#kernel/json.ts";

/** What an app sent the browser back with. */
export interface ConsentAnswer {
  state: string;
  code?: string;
  refusal?: string;
  /** The login server, as it names itself. */
  issuer?: string;
}

const keptUnder = "millrace-reconnect";
export const reconnectPath = "/reconnect";
/** The same page for a connect link, which makes a new connection. */
export const connectPath = "/connect";
/** The pages for people who have no account here. */
export const linkPaths: ReadonlySet<string> = new Set([reconnectPath, connectPath]);

let answer: ConsentAnswer | null = null;

/**
 * Takes the token of a reconnect link out of the address, so that neither the history nor a copied address holds it. Where an app sends
 * the browser back to a sign-in that was begun with a link, its page goes on with it, and not that of people with an account here.
 */
export function followReconnectLink(): void {
  const { hash, pathname, search, origin } = window.location;
  if (linkPaths.has(pathname) && hash.length > 1) {
    keep({ token: hash.slice(1), state: null });
    window.history.replaceState(window.history.state, "", pathname);
  }
  const query = new URL(search, origin).searchParams;
  const state = query.get("state");
  if (pathname !== "/oauth/callback" || state === null || state !== kept()?.state) return;
  const one = (name: string) => query.get(name) ?? undefined;
  answer = { state, ...defined({ code: one("code"), refusal: one("error"), issuer: one("iss") }) };
  window.history.replaceState(window.history.state, "", reconnectPath);
}

/** The token of the link that this tab was opened with; null where there is none. */
export const reconnectToken = (): string | null => kept()?.token ?? null;

/** What the app sent back, once: its code is spent by the first who uses it. */
export function takeConsentAnswer(): ConsentAnswer | null {
  const taken = answer;
  answer = null;
  return taken;
}

/** Goes to the app's page, and remembers which sign-in was begun there. */
export function leaveForReconnect(token: string, url: string): void {
  keep({ token, state: new URL(url).searchParams.get("state") });
  window.location.assign(url);
}

/** The link is used up. */
export const forgetReconnectLink = (): void => sessionStorage.removeItem(keptUnder);

interface Kept {
  token: string;
  /** Of the sign-in that was begun with it. */
  state: string | null;
}

const keep = (what: Kept): void => sessionStorage.setItem(keptUnder, JSON.stringify(what));

function kept(): Kept | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(keptUnder) ?? "null");
    return isObject(value) && typeof value["token"] === "string" ? (value as unknown as Kept) : null;
  } catch {
    return null;
  }
}
