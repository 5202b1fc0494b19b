import { expect, test } from "vitest";
import type { DryRunReply } from "#api/schemas.ts";
import { wouldDo } from "./outline-words.ts";

const said = (state: string, record: object = {}, more: { why?: string; effects?: object[] } = {}) => {
  const reply = {
    outline: [{ path: "a", step: "a", state, ...(more.why !== undefined && { why: more.why }) }],
    steps: [{ path: "a", ...record }],
    effects: more.effects ?? [],
  } as unknown as DryRunReply;
  const found = wouldDo(reply).get("a");
  return [found?.tone, found?.words];
};

test("that an example passes a filter is not shown as if a real event had", () => {
  const reply = { outline: [{ path: "a", step: "a", state: "done" }], steps: [{ path: "a", kind: "filter" }], effects: [] };
  expect(wouldDo(reply as unknown as DryRunReply, true).get("a")).toMatchObject({
    tone: "rests",
    words: "Passes: the run goes on (with an example)",
  });
});

test.each([
  [said("done", { kind: "filter" }), ["passes", "Passes: the run goes on"]],
  [said("filtered", { kind: "filter" }), ["ends", "Would be filtered: the run ends here"]],
  [said("done", { kind: "branch", output: { taken: "then" } }), ["turns", "The condition holds"]],
  [said("done", { kind: "branch", output: { taken: "else" } }), ["turns", "The condition does not hold"]],
  [said("done", { kind: "forEach", output: { items: [1, 2] } }), ["turns", "Would go through 2 items"]],
  [
    said("skipped", { kind: "wait" }, { why: "would wait until 30 Nov 2026, 19:05 (UTC)" }),
    ["waits", "Would wait until 30 Nov 2026, 19:05 (UTC)"],
  ],
  [said("done", { kind: "action", effect: "read", output: [1, 2, 3] }), ["reads", "Finds 3 records"]],
  [
    said(
      "done",
      { kind: "action", effect: "create" },
      { effects: [{ step: "a", title: "Upsert Contact", effect: "create", record: "Ada" }] },
    ),
    ["does", "Would create Ada"],
  ],
  [
    said(
      "done",
      { kind: "action", effect: "create" },
      { effects: [{ step: "a", title: "Create Contact Note", effect: "create", record: "Called" }] },
    ),
    ["does", "Would create contact note: Called"],
  ],
  [
    said(
      "done",
      { kind: "action", effect: "link" },
      { effects: [{ step: "a", title: "Add Tags", effect: "link", record: "Ada", tags: { added: ["nps", "staff"], removed: [] } }] },
    ),
    ["does", "Would add tags nps and staff to Ada"],
  ],
  [
    said(
      "done",
      { kind: "action", effect: "unlink" },
      { effects: [{ step: "a", title: "Remove Tags", effect: "unlink", record: "Ada", tags: { added: [], removed: ["nps"] } }] },
    ),
    ["does", "Would remove tag nps from Ada"],
  ],
  [
    said("done", { kind: "action", effect: "update" }, { effects: [{ step: "a", effect: "update", unchanged: true }] }),
    ["same", "Nothing to change: already so"],
  ],
  [said("skipped", { kind: "action", effect: "create" }, { why: "there is no contact" }), ["rests", "Skipped: there is no contact"]],
  [said("waiting", { kind: "action" }, { why: "the budget is used up." }), ["waits", "Would wait first: the budget is used up."]],
  [said("not_reached", { kind: "filter" }), ["rests", "Not reached"]],
  [said("failed", { kind: "action", error: { message: "No.", details: {} } }), ["fails", "Fails: No."]],
])("a step of a dry run is %j", (found, expected) => {
  expect(found).toEqual(expected);
});

test("a request to an address says where it would be sent", () => {
  const request = { method: "POST", url: "https://app.example/in?x=1", anyAddress: true };
  const effects = [{ step: "a", title: "Send data to a web address", effect: "other", changes: [], request }];
  expect(said("done", { kind: "action", effect: "other" }, { effects })).toEqual(["does", "Would send data to app.example"]);
});
