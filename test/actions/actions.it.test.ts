import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { findOperation } from "#test/support/built-in.ts";
import { repeatable, type Operation } from "#catalog/types.ts";
import type { ActionBench } from "./bench.ts";
import { openActionBench, wrote } from "./bench.ts";
import { cases } from "./cases.ts";

// Every action as a flow's one step: engine, mapping, quota, login and wire as they are in the product, against the sandbox on a port.
let bench: ActionBench;
beforeAll(async () => {
  bench = await openActionBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.sandbox.reset());

const operationOf = (id: string): Operation => findOperation("highlevel", id)!;
const all = Object.entries(cases);
const writes = all.filter(([id]) => operationOf(id).effect !== "read");

/** What is there before, and what the action is given. */
async function arranged(id: string) {
  const { arrange, input, connection = "acme" } = cases[id]!;
  const prepared = input((await arrange?.(bench)) ?? {});
  return { prepared, connection, before: bench.snapshot() };
}

test("every action of the catalog is tried here", () => {
  const sold = highlevel.operations.filter(({ kind, id }) => kind === "action" && !beyondTheCatalog.includes(id)).map(({ id }) => id);
  expect([sold.length, sold.toSorted()]).toEqual([75, Object.keys(cases).toSorted()]);
});
/** Recipes of our own, and halves of a row that is sold as one. They have tests beside their code. */
const beyondTheCatalog = ["contacts.guarded_upsert", "contacts.add_tags_bulk", "contacts.remove_tags_bulk"];

describe("does what it says, and nothing beside", () => {
  test.each(all)("%s", async (id, { wrote: expected }) => {
    const { prepared, connection, before } = await arranged(id);
    const { run } = await bench.run(id, prepared, connection);
    expect([run.state, wrote(before, bench.snapshot()), run.error]).toEqual(["succeeded", expected, null]);
  });
});

describe("writes nothing in a dry run, and says what it would write", () => {
  test.each(all)("%s", async (id) => {
    const { prepared, connection, before } = await arranged(id);
    const dry = await bench.dryRun(id, prepared, connection);
    expect([dry.outcome, dry.error, wrote(before, bench.snapshot())]).toEqual(["succeeded", null, ""]);
    expect(dry.effects.map(({ operation, unchanged }) => [operation, unchanged])).toEqual(
      operationOf(id).effect === "read" ? [] : [[id, false]],
    );
  });
});

describe("is not doubled when the answer was lost after it took effect", () => {
  test.each(writes)("%s", async (id, { wrote: expected }) => {
    const operation = operationOf(id);
    const { prepared, connection, before } = await arranged(id);
    bench.sandbox.faults.set({ kind: "drop_after", route: `${operation.method} ${operation.path.replace(/\{\w+\}/g, "*")}`, count: 1 });
    const { run } = await bench.run(id, prepared, connection);
    const expectedState = operation.confirm || repeatable.has(operation.effect) ? "succeeded" : "held";
    expect([run.state, wrote(before, bench.snapshot()), bench.sandbox.faults.list()]).toEqual([expectedState, expected, []]);
  });
});

describe("is done after all when the request was lost before it took effect", () => {
  test.each(writes)("%s", async (id, { wrote: expected }) => {
    const operation = operationOf(id);
    const { prepared, connection, before } = await arranged(id);
    bench.sandbox.faults.set({ kind: "drop_before", route: `${operation.method} ${operation.path.replace(/\{\w+\}/g, "*")}`, count: 1 });
    const { run } = await bench.run(id, prepared, connection);
    const held = !operation.confirm && !repeatable.has(operation.effect); // nobody can tell whether it was: a person decides
    expect([run.state, wrote(before, bench.snapshot())]).toEqual(held ? ["held", ""] : ["succeeded", expected]);
  });
});
