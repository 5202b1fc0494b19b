import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { settingsFile, settingsPage } from "./settings-page.ts";

test("the page of settings says what the code says (npm run docs writes it)", () => {
  expect(readFileSync(settingsFile, "utf8")).toBe(settingsPage());
});
