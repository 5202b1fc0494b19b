import { expect, test } from "vitest";
import type { WatchFacts, WebhookTrigger } from "#catalog/types.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import { observationOfRow, watchingOf } from "./watcher.ts";

const facts: WatchFacts = {
  says: "a tag is added to a contact",
  list: "contacts.search",
  events: ["ContactTagUpdate"],
  made: ["dateAdded"],
  updated: "dateUpdated",
  change: { kind: "member", path: "tags", side: "added", setting: "tag" },
};
const binding = {
  trigger: { id: "trg", workspaceId: "ws" },
  flow: { id: "flow", status: "on", version: 1 },
  definition: { trigger: { app: "app", operation: "tag_added", input: { tag: "vip" } }, steps: [] },
} as unknown as TriggerBinding;
const hook = { id: "ContactTagUpdate", record: "id" } as unknown as WebhookTrigger;
const [changedAt, minute] = [1_800_000_000_000, 60_000];

/** The runs of a tag that was added at `changedAt` and is found in the list some minutes later. */
function found({ after, hasWebhooks }: { after: number; hasWebhooks: boolean }) {
  const watcher = { binding, facts, compiled: null, hasWebhooks };
  const subject = { record: "c1", content: { id: "c1", tags: ["vip"] }, by: "poll" as const, at: changedAt };
  const { observation } = observationOfRow(watcher, hook, subject, "e.2", changedAt + after);
  const { asked } = watchingOf(watcher);
  const state = { fingerprint: "f", epoch: "e", polls: 1, watch: { asked, chosen: { tag: "vip" }, lookedAt: changedAt - minute } };
  const before = { triggerId: "trg", record: "c1", epoch: "e", values: { tags: [] }, at: changedAt - minute, by: "poll" as const };
  return observation!.compare(before, { active: true, state }).accept.flatMap(({ runs }) => runs);
}

test("a change whose webhook should have come long ago is recovered by the list, where webhooks come at all", () => {
  expect(found({ after: 4 * minute, hasWebhooks: true })).toMatchObject([{ recovered: true }]);
  expect(found({ after: 4 * minute, hasWebhooks: false })).toMatchObject([{ recovered: false }]);
});

test("a change whose webhook may still be under way is not recovered", () => {
  expect(found({ after: minute, hasWebhooks: true })).toMatchObject([{ recovered: false }]);
});
