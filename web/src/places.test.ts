// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { barPlaces, menuPlaces, places, sidePlaces } from "./lib/places.ts";
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

/** The page at an address as it is while its data is on the way. */
async function pageAt(
  to: string,
): Promise<{ rail: string[]; current: string | null | undefined; heading: string | null | undefined; text: string }> {
  const cache = new QueryClient();
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

test("a phone has each of them in its bar or in its menu", () => {
  expect(places.map((place) => [...barPlaces, ...menuPlaces].filter(({ to }) => to === place.to).length)).toEqual(places.map(() => 1));
  expect(barPlaces).toHaveLength(5);
});

test("an address without a page says so", async () => {
  expect((await pageAt("/nowhere")).text).toContain("There is no page at this address");
});
