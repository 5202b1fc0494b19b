// @vitest-environment happy-dom
import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { followSignInLink, takeLinkToken } from "./sign-in-link.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", "/");
});

const goTo = (address: string) => window.history.replaceState(null, "", address);

test("the token of a one-time link leaves the address, and the rest of the address stays", () => {
  goTo("/runs?state=failed#open=t0ken-of_43");
  const length = window.history.length;
  expect(takeLinkToken()).toBe("t0ken-of_43");
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
