// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SessionView } from "#api/schemas.ts";
import { operatorOf, scopesOf } from "#api/principal.ts";
import type { Role } from "#kernel/roles.ts";
import { isInBar, places, sidePlaces } from "./lib/places.ts";
import { sessionQuery } from "./lib/queries.ts";
import { createAppRouter } from "./router.ts";

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("fetch", () => new Promise(() => {}));
  vi.stubGlobal("scrollTo", () => {});
  vi.stubGlobal(
    "EventSource",
    class extends EventTarget {
      close() {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

/** Whoever is signed in. */
const sessionOf = (role: Role): SessionView => ({
  workspace: { id: "ws_1", name: "Acme" },
  workspaces: [{ id: "ws_1", name: "Acme" }],
  account: null,
  apiKey: null,
  role,
  locationId: null,
  scopes: [...(role === "owner" ? operatorOf("ws_1", "test").scopes : scopesOf(role, false))],
});

/** The page at an address as it is while its data is on the way. */
async function pageAt(
  to: string,
  role: Role = "owner",
): Promise<{ rail: string[]; current: string | null | undefined; heading: string | null | undefined; text: string }> {
  const cache = new QueryClient();
  cache.setQueryData(sessionQuery().queryKey, sessionOf(role));
  const router = createAppRouter(cache);
  await router.navigate({ to });
  await router.load();
  const element = document.createElement("div");
  const root = createRoot(element);
  const app = createElement(RouterProvider, { router });
  await act(async () => root.render(createElement(QueryClientProvider, { client: cache }, app)));
  const links = [...element.querySelectorAll("aside nav a")];
  const page = {
    rail: links.map((link) => `${link.textContent} ${link.getAttribute("href")}`),
    current: links.find((link) => link.getAttribute("aria-current") === "page")?.getAttribute("href"),
    heading: element.querySelector("h1")?.textContent,
    text: element.textContent,
  };
  await act(async () => root.unmount());
  cache.clear();
  return page;
}

describe.each(places)("$title", ({ to }) => {
  test(`the page at ${to} is there, and the rail leads to it`, async () => {
    const { rail, current, heading } = await pageAt(to);
    expect(heading).toMatch(/\S/);
    expect(current).toBe(to);
    expect(rail).toEqual(places.map((place) => `${place.title} ${place.to}`));
  });
});

test.each(sidePlaces)("the page at $to is there, though not in the rail", async ({ to, title }) => {
  expect((await pageAt(to)).heading).toBe(title);
});

test("a phone's bar has room for five", () => {
  expect(places.filter(isInBar)).toHaveLength(5);
});

test("only owners are led to People", async () => {
  const { rail } = await pageAt("/", "viewer");
  expect(rail).toEqual(places.filter(({ title }) => title !== "People").map((place) => `${place.title} ${place.to}`));
});

test("an address without a page says so", async () => {
  expect((await pageAt("/nowhere")).text).toContain("There is no page at this address");
});
