import { describe, expect, test } from "vitest";
import type { RunList, RunView } from "#api/schemas.ts";
import { patchStates, reveal, settleHead } from "./feed.ts";

function run(id: string, createdAt: number, state: RunView["state"] = "running"): RunView {
  return {
    id,
    createdAt,
    state,
    label: state,
    flow: { id: "f", name: "Flow", version: 1 },
    subAccounts: [],
    person: null,
    name: null,
    startedBy: "event",
    starter: null,
    summary: null,
    error: null,
    attention: false,
    replayOf: null,
    finishedAt: null,
    dueAt: createdAt,
    record: null,
    merged: 0,
    recovered: false,
    waiting: null,
    workedMs: null,
  };
}
const page = (runs: RunView[], next: string | null = null): RunList => ({ runs, next });
const ids = (pages: RunList[]) => pages.flatMap(({ runs }) => runs.map(({ id }) => id));

const pages = [page([run("c", 3), run("b", 2)], "b"), page([run("a", 1)])];

describe("a look at the head of the list", () => {
  test("new runs wait and do not move the list", () => {
    const settled = settleHead(pages, page([run("d", 4), run("c", 3)], "c"));
    expect(ids(settled.pages)).toEqual(["c", "b", "a"]);
    expect(settled.arrivals).toEqual({ runs: [run("d", 4)], gap: false });
  });

  test("known runs are brought up to date in their place", () => {
    const settled = settleHead(pages, page([run("c", 3, "failed"), run("b", 2)], "b"));
    expect(settled.pages[0]?.runs[0]?.state).toBe("failed");
    expect(settled.arrivals.runs).toEqual([]);
  });

  test("pages without a change keep their identity", () => {
    const settled = settleHead(pages, page([run("c", 3, "failed")]));
    expect(settled.pages[1]).toBe(pages[1]);
    expect(settled.pages[0]).not.toBe(pages[0]);
  });

  test("a head that shares nothing with the list leaves a gap between them", () => {
    expect(settleHead(pages, page([run("z", 9), run("y", 8)], "y")).arrivals.gap).toBe(true);
    expect(settleHead(pages, page([run("z", 9)], null)).arrivals.gap).toBe(false);
  });
});

describe("what the stream tells", () => {
  test("the state changes with its word, the rest of the row stays", () => {
    const [first] = patchStates(pages, [{ id: "b", flowId: "f", state: "succeeded" }]);
    expect(first?.runs[1]).toEqual({ ...run("b", 2), state: "succeeded", label: "Success" });
  });

  test("an empty change touches nothing", () => {
    expect(patchStates(pages, [])).toBe(pages);
  });
});

describe("showing what waited", () => {
  test("it goes in newest first, each run once", () => {
    expect(ids(reveal(pages, [run("e", 5), run("d", 4), run("c", 3)]))).toEqual(["e", "d", "c", "b", "a"]);
  });

  test("a run that fits the filter late finds its place among the older ones", () => {
    expect(ids(reveal([page([run("d", 4), run("b", 2)])], [run("c", 3)]))).toEqual(["d", "c", "b"]);
  });
});
