import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { createSignInLinks, linkMinutes } from "./sign-in-links.ts";

test("a link signs in once", () => {
  const links = createSignInLinks(new TestClock());
  const { token } = links.make("ws");
  expect(Buffer.from(token, "base64url")).toHaveLength(32);
  expect(links.isOpen(token)).toBe(true);
  expect([links.redeem(token)?.workspaceId ?? null, links.redeem(token)?.workspaceId ?? null, links.isOpen(token)]).toEqual([
    "ws",
    null,
    false,
  ]);
});

test("a link is worth nothing after its minutes", async () => {
  const clock = new TestClock();
  const links = createSignInLinks(clock);
  const { token, expiresAt } = links.make("ws");
  await clock.advance(linkMinutes * 60_000 - 1);
  expect(links.isOpen(token)).toBe(true);
  await clock.advance(1);
  expect(clock.now()).toBe(expiresAt);
  expect(links.redeem(token)?.workspaceId ?? null).toBeNull();
});

test("what is no token signs nobody in, and ending all links of a workspace ends those alone", () => {
  const links = createSignInLinks(new TestClock());
  const { token } = links.make("ws");
  for (const text of ["", token.slice(1), `${token}x`, "__proto__"]) expect(links.redeem(text)?.workspaceId ?? null, text).toBeNull();
  const others = links.make("other").token;
  links.endAll("ws");
  expect([links.redeem(token)?.workspaceId ?? null, links.redeem(others)?.workspaceId ?? null]).toEqual([null, "other"]);
});

test("only so many links are open at a time; the oldest give way", () => {
  const links = createSignInLinks(new TestClock());
  const others = links.make("other").token;
  const tokens = Array.from({ length: 25 }, () => links.make("ws").token);
  expect(tokens.filter((token) => links.isOpen(token))).toEqual(tokens.slice(-20));
  expect(links.isOpen(others), "another workspace has its own").toBe(true);
});
