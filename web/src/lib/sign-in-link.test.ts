// @vitest-environment happy-dom
import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { entrance } from "./session.ts";
import { followSignInLink, takeLinkToken } from "./sign-in-link.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", "/");
});

const goTo = (address: string) => window.history.replaceState(null, "", address);

test("the token of a one-time link leaves the address, and the rest of the address stays", () => {
  goTo("/runs?state=failed#open=t0ken-of_43");
  const length = window.history.length;
  expect(takeLinkToken()).toEqual({ kind: "open", token: "t0ken-of_43" });
  expect(window.location.pathname + window.location.search + window.location.hash).toBe("/runs?state=failed");
  expect(window.history.length).toBe(length);
  expect(takeLinkToken()).toBeNull();
});

test("another fragment is left alone", () => {
  goTo("/#content");
  expect(takeLinkToken()).toBeNull();
  expect(window.location.hash).toBe("#content");
});

test("the token is sent in the body, never in an address, and is out of the address bar before it is sent", async () => {
  const fetched = vi.fn<typeof fetch>(async () => {
    expect(window.location.hash).toBe("");
    return new Response('{"ok":true}');
  });
  vi.stubGlobal("fetch", fetched);
  goTo("/#open=t0ken");
  await followSignInLink(new QueryClient());
  expect(fetched).toHaveBeenCalledOnce();
  expect(fetched).toHaveBeenCalledWith("/api/v1/session", expect.objectContaining({ method: "POST", body: '{"link":"t0ken"}' }));
});

test.each(["invitation", "reset"] as const)(
  "the token of a link (%s) leaves the address, and what it leads to is shown first",
  async (kind) => {
    goTo(`/flows#${kind}=t0ken`);
    await followSignInLink(new QueryClient());
    expect(window.location.hash).toBe("");
    expect(entrance()).toEqual({ kind, token: "t0ken" });
  },
);

test("where nobody comes in without an account, a link of the machine leads to the owner's account", async () => {
  const refusal = { error: { code: "LINK_NEEDS_ACCOUNT", message: "Nobody comes in here without.", details: { hasOwner: true } } };
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(refusal), { status: 409 }));
  goTo("/#open=t0ken");
  await followSignInLink(new QueryClient());
  expect(entrance()).toEqual({ kind: "claim", link: "t0ken", hasOwner: true });
});
