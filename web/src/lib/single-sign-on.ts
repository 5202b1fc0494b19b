import type { QueryClient } from "@tanstack/react-query";
import { isObject } from "#kernel/json.ts";
import { api } from "./api.ts";
import { messageOf } from "./query.ts";
import { setLinkProblem, setSignedOut } from "./session.ts";
import { enter } from "./sign-in-link.ts";

const returnPath = "/single-sign-on";
const keptUnder = "millrace-single-sign-on";

/** Goes to the provider's page, and remembers where to come back to, and what proves that it is the same browser. */
export async function leaveForProvider(invitation?: string): Promise<void> {
  const { url, browser } = await api.session.beginSingleSignOn({ body: invitation === undefined ? {} : { invitation } });
  sessionStorage.setItem(keptUnder, JSON.stringify({ page: location.pathname + location.search, browser }));
  location.assign(url);
}

/** Signs in with what the provider sent back, if that is where the address leads. What it sent is taken out of the address at once. */
export async function followProviderReturn(cache: QueryClient): Promise<void> {
  if (location.pathname !== returnPath) return;
  const query = location.search.slice(1);
  const { page, browser } = takeKept();
  history.replaceState(history.state, "", page);
  try {
    await api.session.finishSingleSignOn({ body: { state: new URLSearchParams(query).get("state") ?? "-", query, browser } });
    await enter(cache);
  } catch (error) {
    setLinkProblem(messageOf(error));
    setSignedOut(true);
  }
}

function takeKept(): { page: string; browser: string } {
  const text = sessionStorage.getItem(keptUnder) ?? "{}";
  sessionStorage.removeItem(keptUnder);
  const kept: unknown = JSON.parse(text);
  const { page, browser } = isObject(kept) ? kept : {};
  const isOwn = typeof page === "string" && /^\/(?!\/)/.test(page) && !page.startsWith(returnPath);
  return { page: isOwn ? page : "/", browser: typeof browser === "string" ? browser : "-" };
}
