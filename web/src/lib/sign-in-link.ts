import type { QueryClient } from "@tanstack/react-query";
import { api } from "./api.ts";
import { reconnect } from "./events.ts";
import { messageOf } from "./query.ts";
import { setLinkProblem, setSignedOut } from "./session.ts";

/** Removes the token of a one-time link from the address and returns it, so that neither the history nor a copied address holds it. */
export function takeLinkToken(): string | null {
  const { hash, pathname, search } = window.location;
  const token = /^#open=(.+)$/.exec(hash)?.[1];
  if (token === undefined) return null;
  window.history.replaceState(window.history.state, "", pathname + search);
  return token;
}

/** Signs in where the address is a one-time link. A link that does not work leaves a browser that is signed in already as it is. */
export async function followSignInLink(cache: QueryClient): Promise<void> {
  const token = takeLinkToken();
  if (token === null) return;
  try {
    await api.session.start({ body: { link: token } });
    await enter(cache);
  } catch (error) {
    setLinkProblem(messageOf(error));
  }
}

/** Shows the pages again after signing in, with fresh data. */
export async function enter(cache: QueryClient): Promise<void> {
  setLinkProblem(null);
  setSignedOut(false);
  reconnect();
  await cache.resetQueries();
}
