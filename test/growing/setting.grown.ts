/** Run in the copy where docs/add-a-setting.md was followed. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readServerSettings } from "#server/start/settings.ts";

test("the setting is read from the environment, with its default", () => {
  expect(readServerSettings({ MILLRACE_STOP_SECONDS: "9" })).toMatchObject({ stopSeconds: 9 });
  expect(readServerSettings({})).toMatchObject({ stopSeconds: 5 });
});

test.each([
  ["0", "MILLRACE_STOP_SECONDS: must be at least 1"],
  ["soon", "MILLRACE_STOP_SECONDS: must be a number of seconds"],
])("the setting is refused as %s", (value, problem) => {
  expect(() => readServerSettings({ MILLRACE_STOP_SECONDS: value })).toThrow(problem);
});

test("the setting is in docs/settings.md", () => {
  const page = readFileSync(new URL("../../docs/settings.md", import.meta.url), "utf8");
  expect(page).toContain("| `MILLRACE_STOP_SECONDS` | `5` | Seconds that running steps get");
});
