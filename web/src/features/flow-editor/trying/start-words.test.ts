import { expect, test } from "vitest";
import type { FlowDetail } from "#api/schemas.ts";
import { startWords } from "./start-words.ts";

const words = (more: object) =>
  startWords({ trigger: { kind: "schedule" }, version: 2, changed: false, status: "on", ...more } as FlowDetail);

test("a flow that needs no event can be started once it is on, and it is said which version runs", () => {
  expect(words({})).toMatchObject({ blocked: null, runs: "This starts version 2 for real, and it may change records." });
  expect(words({}).about).toContain("starts by the clock, so it needs no event");
  expect(words({ trigger: { kind: "manual" } }).about).toContain("starts by hand");
  expect(words({ changed: true }).runs).toContain("The changes of the draft are not in it.");
  expect(words({ version: null, status: "draft" }).blocked).toContain("Publish the flow first");
  expect(words({ status: "off" }).blocked).toContain("paused");
});
