/** Steps with a script, on a whole engine with real threads. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import type { Rules } from "#engine/mapping/rule-format.ts";
import { lintFlow } from "#engine/lint/lint.ts";
import type { LintReader } from "#engine/lint/types.ts";
import type { StepDefinition } from "#engine/types/flows.ts";
import { openSqlite } from "#storage/database.ts";
import { openPostgres } from "#storage/postgres/open.ts";
import { openEngine, workspace } from "../fakes/engine.ts";
import { freshDatabase } from "../support/postgres/fresh.ts";

type House = Awaited<ReturnType<typeof openEngine>>;

let house: House;
let refuses = false;
const operations = {
  make: {
    answer: () => {
      if (refuses) throw new MillraceError("OUTBOUND_REFUSED", { details: { app: "App", operation: "make", message: "no" } });
      return {};
    },
  },
};
beforeEach(async () => {
  refuses = false;
  house = await openEngine(operations);
  await house.engine.start();
});
afterEach(async () => {
  await house.engine.close(0);
  await house.db.close();
});

const script = (code: string, more: object = {}): StepDefinition => ({ id: "total", code, ...more });
const make = (plan: string): StepDefinition => ({ id: "make", app: "app", operation: "make", input: { plan } });

async function ended({ engine }: House, runId: string) {
  await vi.waitFor(async () => expect((await engine.run(workspace, runId)).run.finishedAt).not.toBeNull(), {
    timeout: 60_000,
    interval: 20,
  });
  return engine.run(workspace, runId);
}
async function run(steps: StepDefinition[], payload: object = { items: [{ price: 2 }, { price: 3 }] }) {
  const flow = await house.published(steps);
  const { runIds } = await house.fire(flow.id, payload);
  return ended(house, runIds[0]!);
}

/** Why a flow is not published. */
async function problemsOf(definition: unknown): Promise<unknown> {
  const { id } = await house.engine.flows.create(workspace, definition);
  return house.engine.flows.publish(workspace, id).then(
    () => [],
    (thrown: unknown) => (thrown as MillraceError).details["problems"],
  );
}

describe("a step with a script", () => {
  test("gives what the script returns to the steps behind it, and keeps what it read and wrote", async () => {
    const code =
      "const sum = trigger.items.reduce((all, { price }) => all + price, 0);\nconsole.log('sum', sum);\nreturn { sum: sum * input.factor, ...steps['the-words'] };";
    const { run: done, steps } = await run([
      { id: "the-words", format: { word: "euro" } },
      script(code, { input: { factor: "{{ 10 }}" } }),
      make("{{ total.sum }} {{ total.word }}"),
    ]);
    expect(done.state).toBe("succeeded");
    expect(steps[1]).toMatchObject({
      path: "total",
      input: { factor: 10 },
      output: { sum: 50, word: "euro" },
      attempts: [{ log: ["sum 5"] }],
    });
    expect(house.calls[0]!.input).toEqual({ plan: "50 euro" });
  });

  test("rests where its script fails, with the line, and is not tried again by itself", async () => {
    const { run: failed, steps } = await run([script("console.log(1);\nreturn trigger.items.price.total;")]);
    expect(failed).toMatchObject({
      state: "failed",
      attention: true,
      error: {
        code: "SCRIPT_FAILED",
        message: "The script failed at line 2: 'trigger.items.price' is undefined, so it has no 'total'.",
        details: { step: "total", line: 2 },
      },
    });
    expect(steps[0]).toMatchObject({ state: "failed", attempts: [{ log: ["1"], error: { code: "SCRIPT_FAILED" } }] });
    const { run: overrun } = await run([script("while (true) now.length;", { timeoutMs: 100 })]);
    expect(overrun.error?.message).toBe("The script failed at line 1: it was stopped after 100 ms.");
  });

  test("gives the same in a replay", async () => {
    refuses = true;
    const code = "return uuid() + Math.random() + now";
    const failed = await run([script(code), make("{{ total }}")]);
    refuses = false;
    const replays = await house.engine.replay(workspace, { ids: [failed.run.id], from: "start", version: "same" });
    const replayed = await ended(house, replays.replayed[0]!.as);
    expect(replayed.run.id).not.toBe(failed.run.id);
    expect(replayed.steps[0]!.output).toBe(failed.steps[0]!.output);
  });
});

describe.each([
  ["SQLite", async () => openSqlite({ file: ":memory:" })],
  ["PostgreSQL", async () => openPostgres({ url: await freshDatabase(), poolSize: 4 })],
] as const)("a stop in the middle of a script, on %s", (_, open) => {
  test("loses nothing: the next start executes it again, with the same result", async () => {
    const db = await open();
    const first = await openEngine(operations, { db });
    await first.engine.start();
    const slow = "let n = 0; for (let i = 0; i < 3e6; i++) n += i; return uuid()";
    const flow = await first.published([script(slow, { timeoutMs: 10_000 })]);
    const { runIds } = await first.fire(flow.id, { id: 1 });
    await first.engine.close(0);
    expect((await first.engine.run(workspace, runIds[0]!)).run.finishedAt).toBeNull();
    const second = await openEngine(operations, { db });
    await second.engine.start();
    const { run: done, steps } = await ended(second, runIds[0]!);
    expect([done.state, steps[0]!.output]).toEqual(["succeeded", expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    await second.engine.close(0);
    await db.close();
  });
});

describe("ten endless scripts", () => {
  test("keep no other flow waiting", async () => {
    const bystander = await house.published([make("{{ trigger.id }}")]);
    const endless = await Promise.all(
      Array.from({ length: 10 }, () => house.published([script("while (true) now.length;", { timeoutMs: 500 })])),
    );
    const runs = await Promise.all(endless.map(({ id }) => house.fire(id, { id: 1 })));
    const { runIds } = await house.fire(bystander.id, { id: 1 });
    await ended(house, runIds[0]!);
    const last = await house.engine.run(workspace, runs.at(-1)!.runIds[0]!);
    expect(last.run.finishedAt).toBeNull();
  });
});

describe("a rule with a script", () => {
  const initials: Rules = {
    initials: {
      title: "Initials",
      kind: "script",
      code: "if (value === 'x') throw new Error('no name');\nreturn value.split(' ').map((word) => word[0]).join('');",
    },
  };

  test("gives its result wherever a step has a template, once for equal values, and leaves out what is missing", async () => {
    house.useRules(() => initials);
    const input = {
      a: "{{ trigger.name | rule: 'initials' }}",
      b: "{{ trigger.name | rule: 'initials' | downcase }}-{{ trigger.other | rule: 'initials' }}",
      c: "{{ trigger.none | rule: 'initials' }}",
    };
    const { run: done } = await run(
      [
        { id: "only", filter: "(trigger.name | rule: 'initials') == 'AL'" },
        { id: "make", app: "app", operation: "make", input },
      ],
      { name: "Ada Lovelace", other: "Grace Hopper" },
    );
    expect(done.state).toBe("succeeded");
    expect(house.calls[0]!.input).toEqual({ a: "AL", b: "al-GH" });
  });

  test("rests with the rule, the line and the field where its script fails", async () => {
    house.useRules(() => initials);
    const { run: failed } = await run([make("{{ trigger.name | rule: 'initials' }}")], { name: "x" });
    expect(failed.error?.message).toBe("The mapping of 'input.plan' failed: the script of the rule 'Initials' failed at line 1: no name.");
  });

  test("is no part of a key, which is made before there is a run", async () => {
    house.useRules(() => initials);
    const trigger = { app: "app", operation: "hook", key: "{{ trigger.name | rule: 'initials' }}" };
    expect(await problemsOf(house.flowOf([make("a")], { trigger }))).toEqual([
      expect.objectContaining({ at: "trigger.key", problem: expect.stringContaining("is executed in the steps of a run only") }),
    ]);
  });
});

describe("a flow with a script", () => {
  test("is not published while its syntax is wrong, and says where", async () => {
    const problems = await problemsOf(house.flowOf([script("return 1 +\n  (2 * );")]));
    expect(problems).toEqual([expect.objectContaining({ at: "steps[0].code", problem: "line 2, column 8: Unexpected token" })]);
  });

  test("is tried with its script in a dry run, since that writes nothing", async () => {
    const tried = await house.engine.dryRun(
      workspace,
      { definition: house.flowOf([script("return trigger.n * 2"), make("{{ total }}")]) },
      { n: 4 },
    );
    expect(tried.steps.map(({ output }) => output)[0]).toBe(8);
    expect(tried.effects).toMatchObject([{ step: "make" }]);
  });

  test("is warned of by its check where a test fails, or a step that it reads comes later", async () => {
    const tests = [
      { name: "two", data: { trigger: { n: 1 } }, expect: 2 },
      { name: "three", data: { trigger: { n: 1 } }, expect: { three: 3 } },
      { name: "none", expect: 0 },
    ];
    const definition = house.flowOf([script("return trigger.n.toFixed ? trigger.n * 2 : make.plan", { tests }), make("a")]);
    const none = { app: () => null, gone: () => null, operation: () => null, webhook: () => null, choosing: () => null } as const;
    const titles = { app: () => null, operation: () => null, trigger: () => null };
    const testScript: LintReader["testScript"] = (one) => house.engine.testScript(workspace, "f", one);
    const reader = { ...none, titles, testScript, connections: async () => [] } as unknown as LintReader;
    const { findings } = await lintFlow(definition, reader, [], 0);
    expect(findings.map(({ level, at, problem }) => `${level} ${at}: ${problem}`)).toEqual([
      "warning steps[0].code: the script reads 'make', which it cannot see here",
      "warning steps[0].tests[1]: the test 'three' fails: {\"three\":3} is expected, and the script returns 2",
      "warning steps[0].tests[2]: the test 'none' fails at line 1: 'trigger.n' is undefined, so it has no 'toFixed'",
    ]);
  });
});
