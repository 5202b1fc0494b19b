import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { RunDetail, RunView } from "#api/schemas.ts";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const now = new TestClock().now();
const run = (more: Partial<RunView> = {}): RunView => ({
  id: "run_1",
  flow: { id: "flow_1", name: "Survey answers", version: 2 },
  subAccounts: [],
  state: "failed",
  label: "Failed",
  person: "ada@example.com",
  name: null,
  startedBy: "event",
  starter: null,
  summary: null,
  error: { code: "OUTBOUND_REFUSED", message: "HighLevel refused the phone number.", details: {} },
  attention: true,
  replayOf: null,
  createdAt: now - 120_000,
  finishedAt: now - 119_000,
  dueAt: now,
  record: null,
  merged: 0,
  recovered: false,
  waiting: null,
  workedMs: 1000,
  ...more,
});
const detail: RunDetail = {
  ...run(),
  stepCount: 1,
  nextStep: null,
  replays: [{ id: "run_2", state: "succeeded", createdAt: now, edited: false }],
  event: { id: "evt_1", key: "answer-7", receivedAt: now - 120_000, payload: { score: 3 }, edited: false },
  steps: [
    {
      path: "contact",
      seq: 1,
      title: "Upsert contact",
      kind: "action",
      state: "failed",
      app: "highlevel",
      operation: "contacts.upsert",
      effect: "upsert",
      input: {},
      output: null,
      attempts: [
        { at: now, durationMs: 40 },
        { at: now, durationMs: 40 },
      ],
      error: { code: "OUTBOUND_REFUSED", message: "The phone number is not valid.", details: {} },
      startedAt: now - 1500,
      finishedAt: now,
    },
  ],
};
const flows = { "GET /flows": { flows: [{ id: "flow_1", name: "Survey answers" }] } };

describe("run list", () => {
  test("asks with the filters of the API", async () => {
    const args = [
      "run",
      "list",
      "--flow",
      "survey",
      "--state",
      "Success,failed",
      "--person",
      "ada",
      "--attention",
      "--recovered",
      "--since",
      "2h",
      "--limit",
      "5",
      "--before",
      "run_9",
    ];
    const { asked, code } = await runCli(args, { answers: { ...flows, "GET /runs": { runs: [], next: null } } });
    const query = Object.fromEntries(new URL(asked.at(-1)!.url).searchParams);
    expect(query).toEqual({
      flow: "flow_1",
      state: "succeeded,failed",
      person: "ada",
      attention: "true",
      recovered: "true",
      from: String(now - 7_200_000),
      limit: "5",
      before: "run_9",
    });
    expect(code).toBe(0);
  });

  test("shows when, state, flow, person and what happened, and how to see more", async () => {
    const { out } = await runCli(["run", "list"], { answers: { "GET /runs": { runs: [run()], next: "run_1" } } });
    expect(out).toBe(
      "WHEN       STATE   FLOW            RUN    PERSON           WHAT HAPPENED\n" +
        "2 min ago  Failed  Survey answers  run_1  ada@example.com  HighLevel refused the phone number.\nThere are more: --before run_1\n",
    );
  });

  test("cuts the last column that finds room at the edge of the screen, and leaves out the rest", async () => {
    const answers = { "GET /runs": { runs: [run()], next: null } };
    const at = async (width: number) => (await runCli(["run", "list"], { answers, width })).out.split("\n")[1]!;
    expect(await at(80)).toBe("2 min ago  Failed  Survey answers  run_1  ada@example.com  HighLevel refused th…");
    expect(await at(65)).toBe("2 min ago  Failed  Survey answers  run_1  ada@example.com");
    expect(await at(52)).toBe("2 min ago  Failed  Survey answers  run_1  ada@examp…");
  });

  test("colours states on a screen", async () => {
    const { out } = await runCli(["run", "list"], { answers: { "GET /runs": { runs: [run()], next: null } }, colour: true });
    expect(out).toContain("\u001b[31mFailed");
  });

  test("refuses a state, a limit or a time that is none", async () => {
    for (const args of [
      ["--state", "broken"],
      ["--limit", "0"],
      ["--limit", "many"],
    ])
      expect((await runCli(["run", "list", ...args])).code).toBe(2);
    const { err } = await runCli(["run", "list", "--since", "yesterday"]);
    expect(err).toContain("'yesterday' is not a duration");
  });
});

test("run show tells the event, the steps, and why one failed", async () => {
  const { out } = await runCli(["run", "show", "run_1"], { answers: { "GET /runs/run_1": detail } });
  expect(out).toContain("Failed  run_1  needs attention");
  expect(out).toContain("Event key    answer-7");
  expect(out).toContain("Replayed as  run_2");
  expect(out).toContain("contact  Upsert contact  failed  2      80 ms\ncontact: The phone number is not valid.");
});

test("run show says what a step noted, and how far it read a list", async () => {
  const attempt = {
    ...detail.steps[0]!.attempts[0]!,
    note: "The extension was left out.",
    list: { rows: 120, total: 157, complete: false, requests: 2, cut: "rows" as const },
  };
  const steps = [{ ...detail.steps[0]!, error: null, attempts: [attempt] }];
  const { out } = await runCli(["run", "show", "run_1"], { answers: { "GET /runs/run_1": { ...detail, steps } } });
  expect(out).toContain("\ncontact: Read the first 120 of 157 rows: raise 'rows' to read more.\ncontact: The extension was left out.");
});

test("run show tells the record, what changed of it, and how many events the run stands for", async () => {
  const change = {
    fields: ["stage", "won"],
    old: { stage: "new" },
    new: { stage: "paid", won: true },
    known: true,
    merged: 2,
    late: false,
  };
  const of = (more: Partial<RunDetail>) => runCli(["run", "show", "run_1"], { answers: { "GET /runs/run_1": { ...detail, ...more } } });
  const { out } = await of({ record: "opp_7", merged: 2, change });
  expect(out).toContain("Record       opp_7");
  expect(out).toContain("Changed      stage: new -> paid, won: nothing -> true");
  expect(out).toContain("Stands for   3 events");
  expect((await of({ change: { ...change, known: false } })).out).toContain("met for the first time");
  expect((await of({})).out).not.toContain("Changed");
});

test("run show and run list say what a run waits for and until when, and leave the rest between failure and replay out of the time", async () => {
  const waiting = { kind: "retry", reason: "HighLevel answered 500", until: now + 20_000, step: "contact", attempts: 2 } as const;
  const open = { state: "waiting", label: "Waiting", error: null, finishedAt: null, waiting } as const;
  const list = await runCli(["run", "list"], { answers: { "GET /runs": { runs: [run(open)], next: null } }, width: 200 });
  expect(list.out).toContain("HighLevel answered 500; next try in 20 s (3rd)");
  const shown = await runCli(["run", "show", "run_1"], { answers: { "GET /runs/run_1": { ...detail, ...open } } });
  expect(shown.out).toContain("Waits for    HighLevel answered 500; next try in 20 s (3rd)");
  const replayed = { ...detail, createdAt: now - 222_000, finishedAt: now, workedMs: 1_200 };
  expect((await runCli(["run", "show", "run_1"], { answers: { "GET /runs/run_1": replayed } })).out).toContain("1.2 s, waited 4 min");
});

test("run list says by which key it found a run, and when the search is not complete", async () => {
  const match = run({ person: "aisha@@example", match: { kind: "email", text: "aisha.ivanova@example.com" } });
  const list = { runs: [match], next: null, searching: { done: 10, total: 40 } };
  const { out } = await runCli(["run", "list", "--person", "aisha.i"], { answers: { "GET /runs": list }, width: 200 });
  expect(out).toContain("aisha@@example (aisha.ivanova@example.com)");
  expect(out).toContain("(10 of 40)");
});

test("run show reads the further steps of a long run where it is asked to", async () => {
  const part = { steps: [{ ...detail.steps[0]!, path: "each[1]/note", seq: 2 }], next: null };
  const answers = { "GET /runs/run_1": { ...detail, stepCount: 2, nextStep: 1 }, "GET /runs/run_1/steps": part };
  expect((await runCli(["run", "show", "run_1"], { answers })).out).toContain("1 further step not shown: --all shows each.");
  const { out, asked } = await runCli(["run", "show", "run_1", "--all"], { answers });
  expect(asked.at(-1)!.url).toContain("/steps?after=1&");
  expect(out).toContain("each[1]/note");
  expect(out).not.toContain("not shown");
});

describe("run replay", () => {
  const done = { replayed: [{ run: "run_1", as: "run_8" }], refused: [], waiting: [] };

  test("sends the ids, from the failed step and with the same version unless another is asked for", async () => {
    const first = await runCli(["run", "replay", "run_1"], { answers: { "POST /runs/replay": done } });
    expect(first.asked[0]!.body).toEqual({ ids: ["run_1"], from: "failed", version: "same", when: "now" });
    expect(first.out).toBe("run_1 -> run_8\n1 run replayed.\n");
    const second = await runCli(["run", "replay", "run_1", "--from", "start", "--version", "published"], {
      answers: { "POST /runs/replay": done },
    });
    expect(second.asked[0]!.body).toEqual({ ids: ["run_1"], from: "start", version: "published", when: "now" });
  });

  test("sends a filter", async () => {
    const { asked } = await runCli(["run", "replay", "--flow", "flow_1", "--state", "failed", "--attention"], {
      answers: { ...flows, "POST /runs/replay": done },
    });
    expect(asked.at(-1)!.body).toEqual({
      filter: { flow: "flow_1", state: "failed", attention: "true" },
      from: "failed",
      version: "same",
      when: "now",
    });
  });

  test("tells a person how many runs a filter finds before it goes on", async () => {
    const answers = { "GET /runs": { runs: [run(), run()], next: null }, "POST /runs/replay": done };
    const yes = await runCli(["run", "replay", "--attention"], { answers, keyboard: [true] });
    expect([yes.questions, yes.code]).toEqual([["Replay 2 runs?"], 0]);
    const no = await runCli(["run", "replay", "--attention"], { answers, keyboard: [false] });
    expect(no.asked.map(({ method }) => method)).toEqual(["GET"]);
  });

  test("lets runs wait for a broken connection when asked to, and says for which", async () => {
    const connection = { id: "con_1", name: "acme", title: "Acme", status: "broken" };
    const reply = { replayed: [], refused: [], waiting: [{ connection, runs: 7 }] };
    const { asked, out } = await runCli(["run", "replay", "run_1", "--when-connected"], { answers: { "POST /runs/replay": reply } });
    expect(asked[0]!.body).toMatchObject({ when: "connected" });
    expect(out).toBe("0 runs replayed.\n7 runs wait until 'acme' works again: millrace connect replace-secret acme\n");
  });

  test("wants ids or a filter, not both and not neither", async () => {
    expect((await runCli(["run", "replay"])).code).toBe(2);
    expect((await runCli(["run", "replay", "run_1", "--attention"])).code).toBe(2);
  });

  test("ends with 1 when a run could not be replayed", async () => {
    const refused = {
      replayed: [],
      refused: [{ run: "run_1", error: { code: "CONFLICT", message: "It still runs.", details: {} } }],
      waiting: [],
    };
    const { out, code } = await runCli(["run", "replay", "run_1"], { answers: { "POST /runs/replay": refused } });
    expect([out, code]).toEqual(["run_1 not: It still runs.\n0 runs replayed, 1 refused.\n", 1]);
  });
});

test("cancel and dismiss take several runs", async () => {
  const answers = {
    "POST /runs/run_1/cancel": run({ label: "Cancelled" }),
    "POST /runs/run_2/cancel": run({ id: "run_2", label: "Cancelled" }),
    "POST /runs/run_1/dismiss": run(),
  };
  expect((await runCli(["run", "cancel", "run_1", "run_2"], { answers })).out).toBe(
    "Cancelled: run_1 (Cancelled)\nCancelled: run_2 (Cancelled)\n",
  );
  expect((await runCli(["run", "dismiss", "run_1"], { answers })).asked.map(({ path }) => path)).toEqual(["/runs/run_1/dismiss"]);
});

test("cancel takes a filter, and says of each run what became of it", async () => {
  const answers = {
    "GET /flows": { flows: [{ id: "flow_1", name: "Survey answers" }] },
    "POST /runs/cancel": {
      cancelled: ["run_1", "run_2"],
      refused: [{ run: "run_3", error: { code: "CONFLICT", message: "Run run_3 has already ended.", details: {} } }],
    },
  };
  const { out, asked, code } = await runCli(["run", "cancel", "--flow", "Survey answers", "--state", "queued"], { answers });
  expect(asked.at(-1)).toMatchObject({ path: "/runs/cancel", body: { filter: { flow: "flow_1", state: "queued" } } });
  expect([out, code]).toEqual([
    "Cancelled: run_1\nCancelled: run_2\nrun_3 not: Run run_3 has already ended.\n2 runs cancelled, 1 refused.\n",
    1,
  ]);
});

test("an id is never read as part of an address", async () => {
  const { asked, err } = await runCli(["run", "show", "../connections?x"], {
    answers: { "GET /runs/..%2Fconnections%3Fx": errorAnswer("NOT_FOUND", "There is no run.", 404, { what: "run" }) },
  });
  expect(asked[0]!.path).toBe("/runs/..%2Fconnections%3Fx");
  expect(err).toBe("There is no run.\nSee what is there: millrace run list\n");
});
