import { expect, test } from "vitest";
import type { DryRunReply, FlowDetail } from "#api/schemas.ts";
import { notYet, writes, writesInWords } from "./send-words.ts";

const trigger = { watches: false } as FlowDetail["trigger"];
const live = { status: "on" as const, version: 3, changed: false, trigger };
const fine = { error: null };
const counts = { create: 0, update: 0, unchanged: 0, skipped: 0, delete: 0, other: 0 };

test("a sample is sent through what runs, and only if that is what was tried", () => {
  expect(notYet(live, fine)).toBe(null);
  expect(notYet({ ...live, version: null, status: "draft" }, fine)).toContain("Publish the flow");
  expect(notYet({ ...live, changed: true }, fine)).toContain("until then version 3 runs");
  expect(notYet({ ...live, status: "off" }, fine)).toContain("Resume the flow");
  expect(notYet(live, { error: { code: "X", message: "No" } as unknown as DryRunReply["error"] })).toContain("would fail");
  expect(notYet({ ...live, trigger: { ...trigger, watches: true } }, fine)).toContain("make the change once in the app");
});

test("the question says what will be written", () => {
  expect([writes({ counts }), writes({ counts: { ...counts, delete: 1 } })]).toEqual([false, true]);
  expect(writesInWords({ counts })).toBe("As far as the dry run can tell, it writes nothing.");
  expect(writesInWords({ counts: { ...counts, create: 1, update: 2 } })).toBe(
    "It creates 1 record and updates 2 records. That is real, and is not undone by itself.",
  );
  expect(writesInWords({ counts: { ...counts, other: 2 } })).toBe(
    "It makes 2 other changes, a message for example. That is real, and is not undone by itself.",
  );
});
