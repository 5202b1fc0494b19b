/** The reads that find what a webhook should have told: each is one that can be read to its end, and whose rows have the event's record. */
import { describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { reconciles } from "#apps/highlevel/reconcile.ts";
import { findOperation } from "#test/support/built-in.ts";
import { getPath } from "#kernel/json.ts";

const table = Object.entries(reconciles);

describe.each(table)("%s", (event, reconcile) => {
  const operation = findOperation("highlevel", reconcile.operation);

  test("is an event, and found by a list whose rows have an id and that can be read to its end", () => {
    expect(highlevel.triggers.map((t) => t.id)).toContain(event);
    expect(operation).toMatchObject({ effect: "read", list: true });
    expect(operation!.identity).toBeTypeOf("string");
    const paged = operation!.input.some((f) => /^(limit|pageLimit|skip|offset)$/.test(f.name) && (f.in === "query" || f.in === "body"));
    expect(operation!.paging !== undefined || !paged).toBe(true);
  });

  test("asks the user for nothing that the read does not know, and fills in what it wants", () => {
    const names = new Set(operation!.input.map((f) => f.name));
    const available = [...Object.keys(reconcile.input ?? {}), ...(reconcile.needs ?? []).flatMap((need) => need.split("|"))];
    for (const name of available) expect(names).toContain(name);
    const asked = operation!.input.filter((f) => f.required && !f.fill).map((f) => f.name);
    const paged = operation!.paging && "size" in operation!.paging ? [operation!.paging.size] : [];
    expect(asked.filter((name) => !available.includes(name) && !paged.includes(name))).toEqual([]);
  });

  test("has the event's record by its id, and knows by which fields a change is one", () => {
    const trigger = highlevel.triggers.find((t) => t.id === event)!;
    expect(trigger.record, "a webhook without a record could not be told from what the poll finds").toBeTypeOf("string");
    if (reconcile.wrap) expect(trigger.record).toBe(`${reconcile.wrap}.${operation!.identity}`);
    for (const path of reconcile.carries ?? []) expect(reconcile.only).toContain(path);
    for (const path of reconcile.carries ?? []) {
      const carried = reconcile.wrap ? `${reconcile.wrap}.${path}` : path;
      expect(getPath(trigger.example, carried), `${event} carries ${carried}`).toBeDefined();
    }
  });
});
