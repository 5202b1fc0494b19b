import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { connectScript } from "./connect-script.ts";

test("without the url of a link no window is opened: the page hears at once what is missing", () => {
  const opened: unknown[] = [];
  const window: { Millrace?: { connect(url?: unknown): unknown }; open(url: unknown): boolean } = { open: (url) => opened.push(url) > 0 };
  runInNewContext(connectScript, { window, location: new URL("https://vendor.example/"), URLSearchParams, BroadcastChannel, Promise });
  for (const url of [undefined, null, ""]) expect(() => window.Millrace!.connect(url)).toThrow(/needs the url of a connect link/);
  expect(opened).toEqual([]);
});
