import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { parseFlow } from "./flow.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import type { FlowProblem } from "./read-shape.ts";

const triggers: Record<string, NonNullable<ReturnType<FlowKnowledge["trigger"]>>> = {
  hook: { kind: "webhook", title: "Webhook" },
  updated: { kind: "webhook", title: "Contact updated", record: true, reconcile: { operation: "list", needs: [] } },
  list: { kind: "poll", title: "List contacts", record: true },
  rows: { kind: "poll", title: "List rows" },
  schedule: { kind: "schedule", title: "Schedule" },
  manual: { kind: "manual", title: "By hand" },
};
const knowledge: FlowKnowledge = {
  app: () => ({ title: "App", needsConnection: false }),
  operation: () => ({ title: "Post", effect: "other", inputs: [] }),
  trigger: (_, id) => triggers[id] ?? null,
  operations: () => [],
};

function problemLines(trigger: object, settings: object = {}, steps: object[] = []): string[] {
  try {
    parseFlow({ name: "A flow", trigger: { app: "app", ...trigger }, settings, steps }, knowledge);
  } catch (thrown) {
    if (!(thrown instanceof MillraceError)) throw thrown;
    return (thrown.details.problems as FlowProblem[]).map(({ at, problem }) => `${at}: ${problem}`);
  }
  return [];
}
const all = { settle: "10s", order: "record" };
const schedule = { operation: "schedule", input: { cron: "0 9 * * *" } };

describe("a flow that goes by record", () => {
  test.each([{ operation: "updated" }, { operation: "list" }, { operation: "hook", record: "{{ trigger.order.id }}" }])("%o", (trigger) => {
    expect(problemLines({ ...trigger, previous: true }, all)).toEqual([]);
  });

  test.each(["hook", "rows"])("needs the record, where the app does not name it: %s", (operation) => {
    expect(problemLines({ operation }, all)).toEqual([
      `trigger.record: '${triggers[operation]!.title}' does not say of which record an event is; for settings.settle and settings.order, write a template that does, like {{ trigger.id }}`,
    ]);
    expect(problemLines({ operation, previous: true })).toHaveLength(1);
    expect(problemLines({ operation })).toEqual([]);
  });

  test("settles for a second at least and an hour at most", () => {
    for (const settle of ["500ms", "2h"])
      expect(problemLines({ operation: "updated" }, { settle })).toEqual([
        "settings.settle: a burst settles for 1s at least and 1h at most",
      ]);
    expect(problemLines({ operation: "updated" }, { settle: "soon" })[0]).toContain("settings.settle: 'soon' is not a duration");
    expect(problemLines({ operation: "updated" }, { order: "contact" })).toEqual(["settings.order: takes one of record"]);
  });

  test("is none where events are of no record", () => {
    expect(problemLines({ ...schedule, previous: true, record: "{{ trigger.id }}" }, all)).toEqual(
      ["settings.settle", "settings.order", "trigger.previous", "trigger.record"].map(
        (at) => `${at}: says nothing to a schedule trigger: its events are not of a record`,
      ),
    );
    expect(problemLines({ operation: "manual" }, { order: "record" })).toHaveLength(1);
  });

  test("reads its record from the event alone", () => {
    expect(problemLines({ operation: "hook", record: "{{ contact.id }}" }, all)).toEqual([
      "trigger.record: there is no 'contact' here; fields of the event are written like trigger.contact.id",
    ]);
  });
});

describe("trigger._change", () => {
  const reads = (path: string) => [{ id: "only", filter: `trigger._change.${path} != blank` }];

  test("is there for a flow that asks, and its members are known", () => {
    expect(problemLines({ operation: "updated", previous: true }, {}, reads("old.status"))).toEqual([]);
    expect(problemLines({ operation: "updated" }, { settle: "1s" }, reads("merged"))).toEqual([]);
    expect(problemLines({ operation: "list" }, {}, reads("kind"))).toEqual([]);
    expect(problemLines({ operation: "updated", reconcile: "15m" }, {}, reads("recovered"))).toEqual([]);
    expect(problemLines({ operation: "updated", previous: true }, {}, reads("field[0]"))).toEqual([
      "steps[0].filter: there is no 'field' in trigger._change; did you mean 'fields'?",
    ]);
  });

  test("is reported as missing where nothing old is kept", () => {
    expect(problemLines({ operation: "updated" }, {}, reads("fields"))).toEqual([
      `steps[0].filter: 'trigger._change.fields' is not kept for this flow: ask for it with "previous": true in the trigger`,
    ]);
  });
});

describe("a webhook's own options", () => {
  test("are the inbox and how often to look for what was not delivered, from a minute on", () => {
    expect(problemLines({ operation: "updated", inbox: "main", reconcile: "15m" })).toEqual([]);
    expect(problemLines({ operation: "updated", reconcile: "10s" })).toEqual(["trigger.reconcile: the shortest interval of a look is 1m"]);
    expect(problemLines({ operation: "updated", inbox: "My Inbox" })).toEqual([
      "trigger.inbox: is the short name of an inbox: small letters, digits and dashes",
    ]);
    expect(problemLines({ operation: "list", inbox: "main", reconcile: "15m" })).toEqual([
      "trigger.inbox: belongs to a webhook trigger, and this is a poll trigger",
      "trigger.reconcile: belongs to a webhook trigger, and this is a poll trigger",
    ]);
  });
});
