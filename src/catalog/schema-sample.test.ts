import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { apps } from "#test/support/built-in.ts";
import { sampleOf } from "./schema-sample.ts";

describe("a value made from a schema", () => {
  test("has the members and the types that are described, in words that a person knows", () => {
    const schema = {
      type: "object" as const,
      properties: {
        id: { type: "string" as const },
        email: { type: ["null", "string"] as ("null" | "string")[] },
        dateAdded: { type: "string" as const, format: "date-time" },
        score: { type: "integer" as const, minimum: 3 },
        status: { enum: ["open", "won"] },
        tags: { type: "array" as const, items: { type: "string" as const } },
        owner: { $ref: "#/$defs/owner" },
      },
      $defs: { owner: { type: "object" as const, properties: { name: { type: "string" as const }, boss: { $ref: "#/$defs/owner" } } } },
    };
    expect(sampleOf(schema)).toMatchObject({
      id: "a1b2c3",
      email: "ada@example.com",
      dateAdded: "2026-01-31T09:00:00.000Z",
      score: 3,
      status: "open",
      tags: ["text"],
      owner: { name: "Ada Byron" },
    });
  });

  test("is of the schema, for operations and triggers of every kind", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const all = [...apps.values()].flatMap(({ operations, triggers }) => [...operations, ...triggers]);
    const described = all.filter((_, i) => i % 8 === 0); // compiling all of them takes seconds
    let checked = 0;
    for (const { id, output } of described) {
      if (!output || JSON.stringify(output).includes("$ref")) continue;
      const isValid = ajv.compile(output);
      expect(isValid(sampleOf(output)) || isValid.errors, id).toBe(true);
      checked++;
    }
    expect(checked).toBeGreaterThan(15);
  });
});
