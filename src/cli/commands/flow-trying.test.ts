import { describe, expect, test } from "vitest";
import { runCli } from "#test/fakes/terminal.ts";

const trigger = { subscription: null, hookUrl: null };
const flow = { id: "flow_1", name: "Survey answers", status: "draft", version: 3, changed: true, trigger, problems: [] };
const answers = { "GET /flows": { flows: [flow] } };

describe("a step tried by itself", () => {
  const plan = { effect: "write", says: "This will write to Acme Dental: create the contact." };
  const tested = { state: "pretended", wrote: false, effects: [], output: { id: "c1" }, error: null };
  const testing = { ...answers, "POST /flows/flow_1/test-step": { plan, test: tested } };

  test("takes the newest sample and pretends the write, unless options say otherwise", async () => {
    const samples = { samples: [{ payload: { email: "ada@example.com" } }] };
    const newest = await runCli(["flow", "test-step", "survey", "contact"], {
      answers: { ...testing, "GET /flows/flow_1/samples": samples },
    });
    expect(newest.asked.at(-1)?.body).toEqual({ step: "contact", payload: { email: "ada@example.com" }, results: {}, write: false });
    expect(newest.out).toContain("This will write to Acme Dental: create the contact.\nNothing was written. With --write it would be.");
    expect(newest.out).toContain('"id": "c1"');
    const command = ["flow", "test-step", "survey", "note", "-i", '{"a":1}', "--results", '{"contact":{"id":"c1"}}', "--write"];
    const written = await runCli(command, { answers: testing });
    expect(written.asked.at(-1)?.body).toEqual({ step: "note", payload: { a: 1 }, results: { contact: { id: "c1" } }, write: true });
  });

  test("ends with 1 where it failed, and asks for an event where none has come", async () => {
    const failed = { plan, test: { ...tested, state: "failed", error: { message: "There is no such contact." } } };
    const command = ["flow", "test-step", "survey", "note", "-i", "{}"];
    const { out, code } = await runCli(command, { answers: { ...answers, "POST /flows/flow_1/test-step": failed } });
    expect([code, out]).toEqual([1, expect.stringContaining("Failed: There is no such contact.")]);
    const none = await runCli(["flow", "test-step", "survey", "note"], {
      answers: { ...testing, "GET /flows/flow_1/samples": { samples: [] } },
    });
    expect([none.code, none.err]).toEqual([2, expect.stringContaining("No event has come yet")]);
  });
});

describe("a backtest", () => {
  const counts = (succeeded: number, failed: number) => ({
    outcomes: { succeeded, filtered: 0, failed, incomplete: 0, other: 0 },
    effects: { create: succeeded, update: 0, unchanged: 0, delete: 0, other: 0 },
    examples: {},
    failures: failed === 0 ? [] : [{ message: "There is no tag 'gold'.", count: failed }],
  });
  const result = { id: "b1", state: "done", stopped: null, done: 5, total: 5, draft: counts(3, 2), published: counts(5, 0), different: 2 };
  const run = (events: string, backtest: object) =>
    runCli(["flow", "backtest", "survey", "--events", events], { answers: { ...answers, "POST /flows/flow_1/backtests": backtest } });

  test("counts how the events would end beside the published version, and why any would fail", async () => {
    const { asked, out, code } = await run("5", result);
    expect([asked.at(-1)?.body, code]).toEqual([{ events: 5 }, 0]);
    const lines = out.split("\n").map((line) => line.trim().split(/ {2,}/));
    expect(lines).toContainEqual(["Succeeded", "3", "5"]);
    expect(lines).toContainEqual(["Failed", "2", "0"]);
    expect(out).toContain("2 events would end otherwise than with the published version.\n2 x There is no tag 'gold'.");
  });

  test("without events says so, and takes a number of them that makes sense", async () => {
    expect((await run("100", { ...result, done: 0, total: 0 })).out).toBe("No event is kept to try it on.\n");
    expect((await run("all", result)).code).toBe(2);
  });
});
