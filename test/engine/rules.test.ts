/** Rules in flows, on a whole engine: what a flow gives follows its rule, and what has none is refused or rests. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MillraceError } from "#kernel/errors.ts";
import { lintFlow } from "#engine/lint/lint.ts";
import type { LintReader } from "#engine/lint/types.ts";
import type { Rules } from "#engine/mapping/rule-format.ts";
import { openEngine, workspace } from "../fakes/engine.ts";

const plans = (to: string): Rules => ({ plans: { title: "Plans", kind: "table", rows: [{ from: "p1", to }], otherwise: "fail" } });
const steps = [{ id: "make", app: "app", operation: "make", input: { plan: "{{ trigger.plan | rule: 'plans' }}" } }];

let house: Awaited<ReturnType<typeof openEngine>>;
let rules: Rules;
beforeEach(async () => {
  house = await openEngine({ make: {} });
  rules = plans("Basic");
  house.useRules(() => rules);
  await house.engine.start();
});
afterEach(async () => {
  await house.engine.close(0);
  await house.db.close();
});

/** What the step sends for an event, or the error with which its run rests. */
async function outcome(flow: string, payload: object) {
  const { runIds } = await house.fire(flow, payload);
  const { run, steps: done } = await house.settled(runIds[0]!);
  return run.error?.message ?? (done[0]!.input as { plan: unknown }).plan;
}
const problems = async (flow: unknown): Promise<unknown> => {
  const { id } = await house.engine.flows.create(workspace, flow);
  return house.engine.flows.publish(workspace, id).then(
    () => [],
    (thrown: unknown) => (thrown as MillraceError).details["problems"],
  );
};

describe("a flow with a rule", () => {
  test("gives what the rule says, from the next step on also after the rule was changed", async () => {
    const { id } = await house.published(steps);
    expect(await outcome(id, { id: 1, plan: "P1" })).toBe("Basic");
    rules = plans("Starter");
    expect(await outcome(id, { id: 2, plan: "p1" })).toBe("Starter");
  });

  test("rests where the rule has no row, and says which rule and which value", async () => {
    const { id } = await house.published(steps);
    expect(await outcome(id, { id: 1, plan: "p9" })).toBe(
      "The mapping of 'input.plan' failed: the rule 'Plans' has no row for 'p9'; add one, or choose what happens to all other values.",
    );
  });

  test("rests where its rule is gone, and its check says so before a run does", async () => {
    const flow = await house.published(steps);
    rules = {};
    expect(await outcome(flow.id, { id: 1, plan: "p1" })).toContain("there is no rule 'plans'");
    const none = { app: () => null, gone: () => null, operation: () => null, webhook: () => null, choosing: () => null } as const;
    const titles = { app: () => null, operation: () => null, trigger: () => null };
    const reader = { ...none, titles, rules: { plan: "table" }, connections: async () => [] } as unknown as LintReader;
    const { findings } = await lintFlow(flow.draft, reader, [], 0);
    expect(findings).toMatchObject([
      { level: "error", at: "steps[0].input.plan", step: "make", field: "plan", problem: "there is no rule 'plans'; did you mean 'plan'?" },
    ]);
  });

  test("rests where its segment is gone, and its check says so", async () => {
    rules = { vip: { title: "VIP", kind: "segment", if: "person.tags contains 'vip'" } };
    const asking = [{ ...steps[0]!, input: { plan: "{{ trigger | in_segment: 'vip' }}" } }];
    const flow = await house.published(asking);
    expect(await outcome(flow.id, { id: 1, tags: ["vip"] })).toBe(true);
    rules = plans("Basic");
    expect(await outcome(flow.id, { id: 2, tags: ["vip"] })).toContain("there is no segment 'vip'");
    const none = { app: () => null, gone: () => null, operation: () => null, webhook: () => null, choosing: () => null } as const;
    const titles = { app: () => null, operation: () => null, trigger: () => null };
    const reader = { ...none, titles, rules: { plans: "table" }, connections: async () => [] } as unknown as LintReader;
    const { findings } = await lintFlow(flow.draft, reader, [], 0);
    expect(findings).toMatchObject([
      { level: "error", problem: "there is no segment 'vip'", fix: expect.stringMatching(/^Add the segment again/) },
    ]);
  });

  test.each([
    ["a misspelt rule", { input: { plan: "{{ trigger.plan | rule: 'plan' }}" } }, "there is no rule 'plan'; did you mean 'plans'?"],
    [
      "a rule inside a tag",
      { input: { plan: "{% if trigger.x %}{{ trigger.plan | rule: 'other' }}{% endif %}" } },
      "there is no rule 'other'",
    ],
    [
      "a rule that an event would name",
      { input: { plan: "{{ trigger.plan | rule: trigger.rule }}" } },
      "the filter 'rule' takes the name of a rule in quotes, like rule: 'score-tag'",
    ],
  ])("is not published with %s", async (_, step, problem) => {
    expect(await problems(house.flowOf([{ ...steps[0]!, ...step }]))).toMatchObject([{ at: "steps[0].input.plan", problem }]);
  });

  test("may use rules in conditions, in keys and inside other steps, and text that only looks like one is text", async () => {
    const everywhere = [
      { id: "only", filter: "(trigger.plan | rule: 'plans') == 'Basic'" },
      { id: "if", if: "(trigger.plan | rule: 'nope') == 'Basic'", then: [{ id: "note", format: { text: "a | rule: 'text'" } }] },
    ];
    const flow = house.flowOf(everywhere, { trigger: { app: "app", operation: "hook", key: "{{ trigger.id | rule: 'keys' }}" } });
    expect(await problems(flow)).toMatchObject([
      { at: "steps[1].if", problem: "there is no rule 'nope'" },
      { at: "trigger.key", problem: "there is no rule 'keys'" },
    ]);
  });

  test("is dry-run with the rule as it is now", async () => {
    const flow = await house.published(steps);
    rules = plans("Starter");
    const trigger = await house.engine.flows.trigger(flow);
    const dry = await house.engine.dryRun(workspace, { definition: flow.draft, triggerId: trigger.id }, { plan: "p1" });
    expect(dry.steps[0]!.input).toEqual({ plan: "Starter" });
  });
});
