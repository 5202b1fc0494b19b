import { describe, expect, test } from "vitest";
import { observe } from "./observe.ts";

const facts = { identity: "id", time: "dateUpdated", volatile: ["traceId", "meta.readAt"] };

describe("a row, observed", () => {
  test("has the key of its id, text or number", () => {
    expect(observe(facts, { id: "c_1" }).key).toBe("c_1");
    expect(observe(facts, { id: 7 }).key).toBe("7");
  });

  test("without an id is identified by its content", () => {
    expect(observe(facts, { name: "Ada" }).key).toBe(observe(facts, { name: "Ada" }).key);
    expect(observe(facts, { name: "Ada" }).key).not.toBe(observe(facts, { name: "Bob" }).key);
    expect(observe({ ...facts, identity: null }, "vip").key).not.toBe(observe({ ...facts, identity: null }, "lead").key);
  });

  test("without an id is the same record however it changes, where the read gives no list", () => {
    const single = { ...facts, identity: null, list: false };
    expect(observe(single, { exists: true }).key).toBe(observe(single, { exists: false }).key);
    expect(observe(single, { exists: true }).hash).not.toBe(observe(single, { exists: false }).hash);
  });

  test("with an id as long as a letter has a short key all the same", () => {
    expect(observe(facts, { id: "x".repeat(5_000) }).key.length).toBeLessThan(40);
  });

  test("has the same hash whatever the order of its fields and whatever changes by itself", () => {
    const a = observe(facts, { id: "c", name: "Ada", traceId: "1", meta: { readAt: 1, page: 2 } });
    const b = observe(facts, { meta: { page: 2, readAt: 9 }, traceId: "2", name: "Ada", id: "c" });
    expect(a.hash).toBe(b.hash);
    expect(observe(facts, { id: "c", name: "Ada", meta: { page: 3 } }).hash).not.toBe(a.hash);
  });

  test("keeps the row itself whole", () => {
    const row = { id: "c", traceId: "1" };
    expect(observe(facts, row).row).toBe(row);
  });
});
