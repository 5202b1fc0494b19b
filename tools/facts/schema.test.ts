import { describe, expect, test } from "vitest";
import { schemaReader } from "./schema.ts";

const { compact } = schemaReader({ paths: {} });
const record = { _id: "a1", qty: 2, live: true, taxes: [], tags: ["x"], price: { amount: 9.5 }, note: null };
const shape = {
  type: "object",
  properties: {
    _id: { type: "string" },
    qty: { type: "number" },
    live: { type: "boolean" },
    taxes: { type: "array", items: {} },
    tags: { type: "array", items: { type: "string" } },
    price: { type: "object", properties: { amount: { type: "number" } } },
    note: {},
  },
};

describe("a list whose example shows records", () => {
  test.each([
    ["texts", { type: "string" }, [record]],
    ["lists of nothing", { type: "array" }, [record]],
    ["texts, the example being one record", { type: "string" }, record],
  ])("is read as a list of those, though it is called one of %s", (_, items, example) => {
    expect(compact({ type: "array", items, example })).toEqual({ type: "array", items: shape });
  });

  test.each([
    ["the example shows texts", { type: "string" }, ["a"]],
    ["there is no example", { type: "string" }, undefined],
    ["the items have a shape of their own", { type: "object", properties: { id: { type: "string" } } }, [record]],
    ["the items are lists of something", { type: "array", items: { type: "string" } }, [record]],
  ])("is read as described where %s", (_, items, example) => {
    const described = { type: "array", items, ...(example !== undefined && { example }) };
    expect(compact(described)).toEqual({ type: "array", items });
  });
});
