import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { DryRunReply, FlowDetail } from "#api/schemas.ts";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const now = new TestClock().now();
const folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const flow = (more: Partial<FlowDetail> = {}): FlowDetail => ({
  id: "flow_1",
  name: "Survey answers",
  status: "on",
  version: 3,
  folder: null,
  revision: 1,
  problems: [],
  changed: false,
  sentence: "When SightMill receives an answer, then upsert contact.",
  draftSentence: null,
  trigger: {
    kind: "webhook",
    title: "Survey answer received",
    app: "sightmill",
    signable: false,
    hookUrl: "http://127.0.0.1:4400/hooks/tok",
    inboxes: null,
    inbox: null,
    subscription: null,
    hookSubscription: null,
    proof: null,
    refusedSenders: [],
    sooner: [],
    watches: false,
    everyMs: null,
    nextAt: null,
    lastAt: null,
    lastError: null,
  },
  subAccounts: [],
  counts: { queued: 0, running: 0, waiting: 0, succeeded: 8, filtered: 1, failed: 2, held: 1, cancelled: 0 },
  lastRunAt: now,
  lint: null,
  setup: null,
  createdAt: now,
  updatedAt: now,
  notices: [],
  definition: { name: "Survey answers", trigger: { app: "sightmill", operation: "responses" }, steps: [] },
  versions: [],
  ...more,
});
const other = flow({ id: "flow_2", name: "Nightly report", status: "draft", version: null });
const lists = { "GET /flows": { flows: [flow(), other] } };
const definition = join(folder, "flow.json");
writeFileSync(definition, JSON.stringify(flow().definition));

describe("flow list", () => {
  test("shows a line for each flow, with what needs attention", async () => {
    const { out, code } = await runCli(["flow", "list"], { answers: lists });
    const [head, first, second] = out.split("\n");
    expect(head).toBe("FLOW            STATUS  VERSION        TRIGGER                 RUNS, 24 H  ATTENTION  ID");
    expect(first).toBe("Survey answers  On      v3             Survey answer received  12          3          flow_1");
    expect(second).toContain("Draft   not published");
    expect(code).toBe(0);
  });

  test("says how to begin when there is none", async () => {
    expect((await runCli(["flow", "list"], { answers: { "GET /flows": { flows: [] } } })).out).toContain("millrace flow save flow.json");
  });

  test("--json prints what the API said", async () => {
    expect(JSON.parse((await runCli(["flow", "list", "--json"], { answers: lists })).out)).toEqual([flow(), other]);
  });
});

describe("one flow", () => {
  test("is found by the beginning of its name, whatever the capitals", async () => {
    const { out, asked } = await runCli(["flow", "show", "survey"], { answers: { ...lists, "GET /flows/flow_1": flow() } });
    expect(asked.map(({ path }) => path)).toEqual(["/flows", "/flows/flow_1"]);
    expect(out).toContain("http://127.0.0.1:4400/hooks/tok");
    expect(out).toContain("8 succeeded, 1 filtered, 2 failed, 1 held");
  });

  test("is not guessed when two could be meant", async () => {
    const twins = { "GET /flows": { flows: [flow({ name: "Survey A" }), flow({ id: "flow_2", name: "Survey B" })] } };
    const { err, code, asked } = await runCli(["flow", "pause", "survey"], { answers: twins });
    expect(err).toContain("'Survey A' (flow_1) or 'Survey B' (flow_2)");
    expect([code, asked.length]).toEqual([2, 1]);
  });

  test("that does not exist is answered with where to look", async () => {
    const { err, code } = await runCli(["flow", "show", "nothing"], { answers: lists });
    expect(err).toBe("There is no flow 'nothing' here.\nSee what is there: millrace flow list\n");
    expect(code).toBe(1);
  });
});

describe("flow save", () => {
  test("changes the flow of the same name", async () => {
    const { asked, out } = await runCli(["flow", "save", definition], {
      answers: { ...lists, "PUT /flows/flow_1": flow({ changed: true }) },
    });
    expect(asked.at(-1)).toMatchObject({ method: "PUT", path: "/flows/flow_1", body: flow().definition });
    expect(out).toBe("Saved: Survey answers (flow_1), on, v3 + draft\nIts hook: http://127.0.0.1:4400/hooks/tok\n");
  });

  test("makes a new one where no flow has the name, and publishes it when asked to", async () => {
    const answers = { "GET /flows": { flows: [other] }, "POST /flows": flow({ version: null }), "POST /flows/flow_1/publish": flow() };
    const { asked, out } = await runCli(["flow", "save", "-", "--publish"], { answers, input: JSON.stringify(flow().definition) });
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /flows", "POST /flows", "POST /flows/flow_1/publish"]);
    expect(out).toContain("Made and published: Survey answers");
  });

  test("says what a draft still lacks, each with its place", async () => {
    const problems = [
      { at: "trigger", where: "the trigger", problem: "choose what starts the flow" },
      { at: "steps[0].connection", where: "step 1 'Upsert contact', Connection", problem: "HighLevel needs a connection; name one" },
    ];
    const saved = flow({ status: "draft", version: null, problems });
    const { out, code } = await runCli(["flow", "save", definition, "--new"], { answers: { "POST /flows": saved } });
    expect(out).toBe(
      [
        "Made: Survey answers (flow_1), draft, not published",
        "Not ready to be published yet:",
        "  The trigger: choose what starts the flow",
        "  Step 1 'Upsert contact', Connection: HighLevel needs a connection; name one",
        "",
      ].join("\n"),
    );
    expect(code).toBe(0);
    expect((await runCli(["flow", "show", "survey"], { answers: { ...lists, "GET /flows/flow_1": saved } })).out).toContain(
      "Not ready to be published:\n  The trigger: choose what starts the flow",
    );
    const refusal = errorAnswer("FLOW_NOT_READY", "Not ready.", 409, { flow: "Survey answers", problems });
    const { err } = await runCli(["flow", "publish", "survey"], { answers: { ...lists, "POST /flows/flow_1/publish": refusal } });
    expect(err).toContain("'Survey answers' is not ready yet:\n  the trigger: choose what starts the flow\n");
  });

  test("--new makes one although the name is taken", async () => {
    const { asked } = await runCli(["flow", "save", definition, "--new"], { answers: { "POST /flows": flow({ id: "flow_9" }) } });
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /flows"]);
  });

  test("tells all that is wrong with a definition, each with its place", async () => {
    const problems = [
      { at: "trigger.app", problem: "is missing" },
      { at: "steps[0].id", problem: "is not a name" },
    ];
    const refusal = errorAnswer("FLOW_INVALID", "The flow cannot be saved: trigger.app: is missing (and 1 more).", 422, { problems });
    const { err, code } = await runCli(["flow", "save", definition, "--new"], { answers: { "POST /flows": refusal } });
    expect(err).toBe("The flow cannot be saved:\n  trigger.app: is missing\n  steps[0].id: is not a name\n");
    expect(code).toBe(1);
  });

  test("refuses what is not JSON, not an object, or not there, before anything is asked", async () => {
    writeFileSync(join(folder, "list.json"), "[]");
    for (const [file, why] of [
      [join(folder, "missing.json"), "cannot be read (ENOENT)"],
      [join(folder, "list.json"), "must be a JSON object"],
    ] as const) {
      const { err, code, asked } = await runCli(["flow", "save", file]);
      expect(err).toContain(why);
      expect([code, asked.length]).toEqual([2, 0]);
    }
    expect((await runCli(["flow", "save", "-"], { input: "{oops" })).err).toContain("standard input is not valid JSON");
  });
});

describe("switching a flow", () => {
  test("publish that is stopped prints each fault with its place and what to do, and ends with 1; --anyway goes on", async () => {
    const finding = {
      where: "step 2 'Update the contact', Custom fields",
      problem: "'acme' has no custom field 'Scroe'",
      fix: "Did you mean 'Score'?",
    };
    const refused = errorAnswer("FLOW_WOULD_FAIL", "It would fail.", 409, {
      flow: "Survey answers",
      findings: [finding, { ...finding, where: "the trigger, Inbox" }],
    });
    for (const command of [
      ["flow", "publish", "flow_1"],
      ["flow", "save", "-", "--publish", "--flow", "flow_1"],
    ]) {
      const answers = { ...lists, "PUT /flows/flow_1": flow(), "POST /flows/flow_1/publish": refused.clone() };
      const stopped = await runCli(command, { answers, input: JSON.stringify(flow().definition) });
      expect(stopped.code).toBe(1);
      expect(stopped.err).toContain(
        "'Survey answers' was not published, because its runs would fail:\n  step 2 'Update the contact', Custom fields: 'acme' has no custom field 'Scroe'\n    Did you mean 'Score'?\n  the trigger, Inbox: ",
      );
      expect(stopped.err).toContain("--anyway");
      const anyway = { ...answers, "POST /flows/flow_1/publish": flow() };
      const { asked, code } = await runCli([...command, "--anyway"], { answers: anyway, input: JSON.stringify(flow().definition) });
      expect([asked.at(-1)?.body, code]).toEqual([{ force: true }, 0]);
    }
  });

  test("publish and resume say from where a poll begins", async () => {
    for (const action of ["publish", "resume"]) {
      const { asked, code } = await runCli(["flow", action, "flow_1", "--start-from", "now"], {
        answers: { ...lists, [`POST /flows/flow_1/${action}`]: flow() },
      });
      expect(asked.at(-1)!.body).toEqual({ startFrom: "now" });
      expect(code).toBe(0);
    }
  });

  test("subscribe tells the app the address again, and says what came of it", async () => {
    const told = { app: "Helpdesk", state: "subscribed" as const, since: now, checkedAt: null, nextAt: null, problem: null };
    const { out } = await runCli(["flow", "subscribe", "flow_1"], {
      answers: { ...lists, "POST /flows/flow_1/subscribe": flow({ trigger: { ...flow().trigger, hookSubscription: told } }) },
    });
    expect(out).toMatch(/^Survey answers: Helpdesk, /);
  });

  test("pause turns it off", async () => {
    const { out } = await runCli(["flow", "pause", "flow_1"], {
      answers: { ...lists, "POST /flows/flow_1/pause": flow({ status: "off" }) },
    });
    expect(out).toBe("Paused: Survey answers (flow_1), off, v3\n");
  });

  test("delete asks first, and does nothing on a no", async () => {
    const answers = { ...lists, "DELETE /flows/flow_1": { ok: true } };
    const yes = await runCli(["flow", "delete", "flow_1"], { answers, keyboard: [true] });
    expect([yes.questions, yes.asked.at(-1)!.method]).toEqual([["Delete the flow 'Survey answers'?"], "DELETE"]);
    const no = await runCli(["flow", "delete", "flow_1"], { answers, keyboard: [false] });
    expect([no.code, no.asked.at(-1)!.method]).toEqual([2, "GET"]);
  });

  test("delete needs --yes where nobody can be asked", async () => {
    const answers = { ...lists, "DELETE /flows/flow_1": { ok: true } };
    const silent = await runCli(["flow", "delete", "flow_1"], { answers });
    expect([silent.code, silent.err.includes("add --yes")]).toEqual([2, true]);
    expect((await runCli(["flow", "delete", "flow_1", "--yes"], { answers })).out).toBe("Deleted: Survey answers (flow_1)\n");
  });
});

describe("flow show", () => {
  test("tells the counts of the last check, and what had better be changed", async () => {
    const shown = flow({ lint: { errors: 2, warnings: 1, troubles: [] }, notices: ["steps[0]: HighLevel has deprecated List Contacts."] });
    const { out } = await runCli(["flow", "show", "survey"], { answers: { ...lists, "GET /flows/flow_1": shown } });
    expect(out).toContain("2 errors, 1 warning");
    expect(out).toContain("steps[0]: HighLevel has deprecated List Contacts.");
    expect(out).toContain("\nWhen SightMill receives an answer, then upsert contact.\n");
  });

  test("distinguishes the published version from the draft where they differ", async () => {
    const shown = flow({ changed: true, draftSentence: "When SightMill receives an answer, then wait." });
    const { out } = await runCli(["flow", "show", "survey"], { answers: { ...lists, "GET /flows/flow_1": shown } });
    expect(out).toContain(
      "\nPublished, version 3: When SightMill receives an answer, then upsert contact.\nDraft: When SightMill receives an answer, then wait.\n",
    );
  });
});

describe("flow lint", () => {
  const gone = {
    level: "error",
    at: "steps[0].input.pipelineId",
    step: "a",
    field: "pipelineId",
    problem: "'acme' has no pipeline 'Slaes'",
    fix: "Did you mean 'Sales'?",
    where: "step 1 'Create an opportunity', Pipeline",
  };
  const answers = {
    ...lists,
    "POST /flows/flow_1/lint": { checkedAt: now, findings: [gone] },
    "POST /flows/flow_2/lint": { checkedAt: now, findings: [] },
  };

  test("looks at all flows, and ends with 1 where a run would fail", async () => {
    const { out, code } = await runCli(["flow", "lint"], { answers });
    expect(out).toBe(
      [
        "Survey answers: 1 error",
        "  error    step 1 'Create an opportunity', Pipeline: 'acme' has no pipeline 'Slaes'",
        "           Did you mean 'Sales'?",
        "",
        "Nightly report: no problems",
        "",
      ].join("\n"),
    );
    expect(code).toBe(1);
  });

  test("looks at one, and ends well where there is nothing", async () => {
    const { out, code, asked } = await runCli(["flow", "lint", "nightly"], { answers });
    expect([out, code]).toEqual(["Nightly report: no problems\n", 0]);
    expect(asked.map(({ path }) => path)).toEqual(["/flows", "/flows/flow_2/lint"]);
  });

  test("--json prints what was found", async () => {
    const { out } = await runCli(["flow", "lint", "survey", "--json"], { answers });
    expect(JSON.parse(out)).toEqual([{ flow: "flow_1", name: "Survey answers", checkedAt: now, findings: [gone] }]);
  });
});

describe("flow dry-run", () => {
  const reply: DryRunReply = {
    outcome: "succeeded",
    summary: "It would make 2 changes.",
    sample: null,
    outline: [],
    problems: [],
    notices: [],
    calls: 3,
    error: null,
    steps: [],
    skipped: [{ step: "task", why: "the branch was not taken" }],
    counts: { create: 0, update: 1, unchanged: 0, skipped: 1, delete: 0, other: 1 },
    effects: [
      {
        step: "contact",
        operation: "contacts.upsert",
        title: "Upsert Contact",
        effect: "update",
        record: "Ada Byron",
        unchanged: false,
        changes: [
          { field: "firstName", old: "Ada", new: "Augusta" },
          { field: "city", old: null, new: "London" },
          { field: "state", old: "Kent", new: null },
        ],
      },
      {
        step: "tag",
        operation: "contacts.add_tags",
        title: "Add Tags",
        effect: "other",
        recordId: "c_1",
        unchanged: false,
        changes: [],
        tags: { added: ["vip"], removed: [] },
      },
    ],
  };

  test("shows each field's old and new value, and that nothing was written", async () => {
    const { asked, out, code } = await runCli(["flow", "dry-run", "flow_1", "-i", '{"score":3}'], {
      answers: { ...lists, "POST /flows/flow_1/dry-run": reply },
    });
    expect(asked.at(-1)!.body).toEqual({ payload: { score: 3 } });
    expect(out).toContain(
      "Would update: Upsert Contact: Ada Byron\n  firstName: Ada -> Augusta\n  city: London\n  state: Kent would be emptied\nWould write: Add Tags: c_1\n  tag + vip\n",
    );
    expect(out).toContain("Nothing was written.");
    expect(out).toContain("Skipped task: the branch was not taken");
    expect(code).toBe(0);
  });

  test("ends with 1 when the flow would fail", async () => {
    const failed = { ...reply, outcome: "failed", error: { code: "OUTBOUND_REFUSED", message: "HighLevel refused it.", details: {} } };
    const { out, code } = await runCli(["flow", "dry-run", "flow_1", "--definition", definition], {
      answers: { ...lists, "POST /flows/flow_1/dry-run": failed },
    });
    expect([out.includes("Failed: HighLevel refused it."), code]).toEqual([true, 1]);
  });

  test("names the step that failed, and its field by the label of its form", async () => {
    const steps = [{ path: "low/note", title: "Create contact note", state: "failed" }];
    const details = { field: "body", fieldLabel: "Text" };
    const error = { code: "STEP_INPUT_INVALID", message: "body: is needed and was not given.", details };
    const answers = { ...lists, "POST /flows/flow_1/dry-run": { ...reply, steps, outcome: "failed", error } };
    const { out } = await runCli(["flow", "dry-run", "flow_1", "-i", "{}"], { answers });
    expect(out).toContain("Failed: Create contact note: 'Text' is needed and was not given.");
  });
});

describe("events of a flow", () => {
  test("run starts it with the event given and names the run", async () => {
    const { asked, out } = await runCli(["flow", "run", "flow_1", "-i", "-"], {
      answers: { ...lists, "POST /flows/flow_1/run": { run: "run_1", event: "evt_1" } },
      input: '{"a":1}',
    });
    expect(asked.at(-1)!.body).toEqual({ payload: { a: 1 } });
    expect(out).toBe("Started run_1\nSee it: millrace run show run_1\n");
  });

  test("samples cannot steer the terminal they are shown on", async () => {
    const samples = [
      { at: now - 61_000, payload: { name: "Ada\u001b[2J\u202e" }, person: "Ada\u001b[2J", from: "event" },
      { at: now, payload: "a\u009b31m\nb", person: null, from: "list" },
    ];
    const { out } = await runCli(["flow", "samples", "flow_1"], { answers: { ...lists, "GET /flows/flow_1/samples": { samples } } });
    expect(out).toBe('FROM       PERSON   EVENT\n1 min ago  Ada [2J  {"name":"Ada\\u001b[2J"}\nthe list            a 31m b\n');
    const json = await runCli(["flow", "samples", "flow_1", "--json"], { answers: { ...lists, "GET /flows/flow_1/samples": { samples } } });
    expect(json.out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(JSON.parse(json.out)).toEqual(samples);
  });

  test("ledger shows what only the poll found, or why there is nothing to compare", async () => {
    const ledger = {
      everyMs: 900_000,
      problem: null,
      lastAt: now - 61_000,
      lastError: null,
      since: now,
      webhookOnly: 1,
      confirmed: 140,
      recovered: 59,
      recent: [{ record: "c_1", at: now, foundAt: now - 61_000, run: "run_1" }],
      observations: null,
    };
    const shown = async (more: object) =>
      (await runCli(["flow", "ledger", "flow_1"], { answers: { ...lists, "GET /flows/flow_1/ledger": { ...ledger, ...more } } })).out;
    const page = await shown({});
    expect(page).toContain("1 by webhook, 140 seen by both, 59 found by the poll alone");
    expect(page).not.toMatch(/\dT\d\d:/);
    const note = "tags went from vip to vip, gold";
    const observations = [{ outcome: "other", by: "webhook", count: 3, lastAt: now - 61_000, record: "c_1", note }];
    expect(await shown({ observations })).toMatch(
      /3 +Changed, but not in the way this trigger watches for \(by webhook\) .* c_1 +tags went from vip to vip, gold/,
    );
    expect(page).toMatch(/1 min ago\s+c_1\s+run_1/);
    expect(await shown({ everyMs: null })).toContain('"reconcile": "15m"');
    expect(await shown({ everyMs: null, problem: "trigger.reconcile: no list tells of it" })).toBe(
      "trigger.reconcile: no list tells of it\n",
    );
  });

  test("export writes the definition and nothing else", async () => {
    const answers = { ...lists, "GET /flows/flow_1": flow() };
    expect(JSON.parse((await runCli(["flow", "export", "flow_1"], { answers })).out)).toEqual(flow().definition);
    const file = join(folder, "out.json");
    const { out } = await runCli(["flow", "export", "flow_1", "--out", file], { answers });
    expect([out, JSON.parse(readFileSync(file, "utf8"))]).toEqual(["", flow().definition]);
  });
});

describe("a flow whose events come to an inbox", () => {
  const waiting = (more: object) =>
    flow({
      trigger: {
        ...flow().trigger,
        signable: false,
        hookUrl: "http://127.0.0.1:4400/hooks/box",
        inboxes: [{ id: "inb_1", name: "acme-app", url: "http://127.0.0.1:4400/hooks/box" }],
        subscription: {
          event: "ContactCreate",
          scopes: ["contacts.readonly"],
          inboxes: [{ id: "inb_1", name: "acme-app", url: "http://127.0.0.1:4400/hooks/box" }],
          lastAt: null,
          ...more,
        },
      },
    });
  const publish = async (more: object) =>
    (await runCli(["flow", "publish", "flow_1"], { answers: { ...lists, "POST /flows/flow_1/publish": waiting(more) } })).out;

  test("says at its publishing what to tick, and where", async () => {
    expect(await publish({})).toContain(
      "Tick ContactCreate (scope contacts.readonly) in the developer portal at acme-app. It never came from there yet: is it ticked?\n  acme-app: http://127.0.0.1:4400/hooks/box\n",
    );
    expect(await publish({ lastAt: now - 60_000 })).toContain("It last came 1 min ago.");
  });

  test("says that there is no inbox yet", async () => {
    expect(await publish({ inboxes: [] })).toContain("millrace inbox add NAME");
  });
});
