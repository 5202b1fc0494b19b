import { describe, expect, test } from "vitest";
import type { MillraceError } from "#kernel/errors.ts";
import { fitInput } from "./fit.ts";
import { validateInput } from "./validate.ts";
import type { InputField, Operation } from "./types.ts";

const field = (name: string, schema: InputField["schema"], more: Partial<InputField> = {}): InputField => ({
  name,
  in: "body",
  schema,
  ...more,
});
const operation: Operation = {
  id: "demo.do",
  app: "demo",
  title: "Do it",
  category: "Demo",
  kind: "action",
  effect: "other",
  method: "POST",
  path: "/do",
  scopes: [],
  access: [],
  result: "",
  input: [
    field("email", { type: "string" }, { required: true }),
    field("nickname", { type: ["string", "null"] }),
    field("score", { type: "number", minimum: 0, maximum: 10 }),
    field("vip", { type: "boolean" }),
    field("tags", { type: "array", items: { type: "string" } }),
    field("colour", { type: "string", enum: ["teal", "grey"] }),
    field("dueDate", { type: "string", format: "date-time" }),
    field("settings", { type: "object", properties: { mode: { type: "string" } }, required: ["mode"] }),
    field("locationId", { type: "string" }, { required: true, fill: { connection: "locationId" } }),
  ],
};
const faults = (input: Record<string, unknown>): Record<string, string> => {
  try {
    validateInput(operation, input);
    return {};
  } catch (error) {
    return (error as MillraceError).details["fields"] as Record<string, string>;
  }
};

describe("validateInput", () => {
  test("good input passes, without what Millrace fills in", () => {
    expect(
      faults({
        email: "a@b.c",
        nickname: null,
        score: 9,
        vip: true,
        tags: ["x"],
        colour: "teal",
        dueDate: "2026-01-31T09:00:00Z",
        settings: { mode: "m" },
      }),
    ).toEqual({});
  });

  test.each([
    [{}, { email: "is needed and was not given" }],
    [{ email: "" }, { email: "is needed and was not given" }],
    [{ email: "a", scoer: 1 }, { scoer: "is not a field of Do it; did you mean 'score'" }],
    [{ email: "a", nick_name: "x" }, { nick_name: "is not a field of Do it; did you mean 'nickname'" }],
    [{ email: 5 }, { email: "must be text, but is 5" }],
    [{ email: "a", score: "nine" }, { score: "must be a number, but is the text 'nine'" }],
    [{ email: "a", score: 11 }, { score: "must be at most 10" }],
    [{ email: "a", colour: "red" }, { colour: "must be one of teal, grey, but is the text 'red'" }],
    [{ email: "a", tags: ["x", 2] }, { tags: "item 2 must be text, but is 2" }],
    [{ email: "a", dueDate: "tomorrow" }, { dueDate: "must be a time such as 2026-01-31T09:00:00Z or now+7d, but is the text 'tomorrow'" }],
    [{ email: "a", settings: {} }, { settings: "'mode' is missing in it" }],
  ])("%j is reported as %j", (input, expected) => {
    expect(faults(input)).toEqual(expected);
  });

  test("the error names the first fault in its sentence, and says that nothing was sent", () => {
    expect(() => validateInput(operation, { score: "x" })).toThrow("score: must be a number, but is the text 'x'.");
    expect(() => validateInput(operation, {})).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ outcome: "not_sent", operation: "demo.do" }) as object }),
    );
  });
});

test("of thousands of mistakes, fifty are listed", () => {
  const input = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, 1]));
  expect(Object.keys(faults(input))).toHaveLength(50);
});

test("the sentence names a field as a program writes it, and the details say what the form calls it", () => {
  const labelled: Operation = { ...operation, input: [field("body", { type: "string" }, { required: true, label: "Text" })] };
  expect(() => validateInput(labelled, {})).toThrow(
    expect.objectContaining({
      message: "body: is needed and was not given.",
      details: expect.objectContaining({ field: "body", fieldLabel: "Text", fields: { body: "is needed and was not given" } }) as object,
    }),
  );
});

describe("fitInput", () => {
  test("gives the very same input back when it fits", () => {
    const input = { email: "a@b.c", score: 9, tags: ["x"] };
    expect(fitInput(operation, input)).toBe(input);
  });

  test("turns text into what the field is", () => {
    expect(fitInput(operation, { score: " 9 ", vip: "yes", tags: "vip, new patient,,", email: 42, settings: '{"mode":"m"}' })).toEqual({
      score: 9,
      vip: true,
      tags: ["vip", "new patient"],
      email: "42",
      settings: { mode: "m" },
    });
  });

  test("leaves out what is empty, and keeps a null that is meant to blank", () => {
    expect(fitInput(operation, { nickname: null, email: null, score: "", vip: " ", tags: "", colour: "", settings: "" })).toEqual({
      nickname: null,
    });
    expect(fitInput(operation, { nickname: "", tags: [] })).toEqual({});
    expect(fitInput(operation, { tags: " , " })).toEqual({});
  });

  test("leaves alone what it cannot read, for the check to tell", () => {
    expect(fitInput(operation, { score: "nine", settings: "{oops", vip: "perhaps" })).toEqual({
      score: "nine",
      settings: "{oops",
      vip: "perhaps",
    });
  });

  test("writes times without milliseconds", () => {
    expect(fitInput(operation, { dueDate: "2026-01-31T09:00:00.123Z" })["dueDate"]).toBe("2026-01-31T09:00:00Z");
    expect(fitInput(operation, { dueDate: "2026-01-31" })["dueDate"]).toBe("2026-01-31T00:00:00Z");
    expect(fitInput(operation, { dueDate: Date.UTC(2026, 0, 31, 9) })["dueDate"]).toBe("2026-01-31T09:00:00Z");
    expect(fitInput(operation, { dueDate: 1e20 })["dueDate"]).toBe(1e20);
  });
});

test("nothing may be given for a needed field where the other side takes it, and still not be left out", () => {
  const unlink: Operation = { ...operation, input: [field("businessId", { type: ["string", "null"] }, { required: true })] };
  expect(() => validateInput(unlink, { businessId: null })).not.toThrow();
  expect(() => validateInput(unlink, {})).toThrow("businessId: is needed");
  expect(() => validateInput(operation, { email: null })).toThrow("email");
});

test("a rule between fields is reported beside the field that breaks it", () => {
  const block: Operation = {
    ...operation,
    input: [field("calendarId", { type: "string" }), field("assignedUserId", { type: "string" })],
    rules: [{ kind: "exactlyOne", fields: ["calendarId", "assignedUserId"] }],
  };
  expect(() => validateInput(block, {})).toThrow("calendarId: is needed unless assignedUserId is given");
  expect(() => validateInput(block, { calendarId: "c", assignedUserId: "u" })).toThrow(
    "assignedUserId: cannot be given together with calendarId",
  );
  expect(() => validateInput(block, { calendarId: "c" })).not.toThrow();
});
