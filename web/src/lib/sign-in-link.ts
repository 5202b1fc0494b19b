import type { QueryClient } from "@tanstack/react-query";
import { ApiError, api } from "./api.ts";
import { reconnect } from "./events.ts";
import { messageOf } from "./query.ts";
import { setEntrance, setLinkProblem, setSignedOut, setWorkspace } from "./session.ts";

type LinkKind = "open" | "invitation" | "reset";

/** Removes the token of a link from the address and returns it, so that neither the history nor a copied address holds it. */
export function takeLinkToken(): { kind: LinkKind; token: string } | null {
  const { hash, pathname, search } = window.location;
  const [, kind, token] = /^#(open|invitation|reset)=(.+)$/.exec(hash) ?? [];
  if (kind === undefined || token === undefined) return null;
  window.history.replaceState(window.history.state, "", pathname + search);
  return { kind: kind as LinkKind, token };
}

/**
 * Follows a link that is in the address: signs in, or shows what stands before that. A link that does not work leaves a browser that is
 * signed in already as it is.
 */
export async function followSignInLink(cache: QueryClient): Promise<void> {
  const link = takeLinkToken();
  if (link === null) return;
  const { kind, token } = link;
  if (kind !== "open") return setEntrance({ kind, token });
  try {
    await api.session.start({ body: { link: token } });
    await enter(cache);
  } catch (error) {
    if (error instanceof ApiError && error.code === "LINK_NEEDS_ACCOUNT")
      setEntrance({ kind: "claim", link: token, hasOwner: error.details["hasOwner"] === true });
    else setLinkProblem(messageOf(error));
  }
}

/** Shows the pages again after signing in, with fresh data. */
export async function enter(cache: QueryClient): Promise<void> {
  setLinkProblem(null);
  setEntrance(null);
  setSignedOut(false);
  setWorkspace(null);
  reconnect();
  await cache.resetQueries();
}
