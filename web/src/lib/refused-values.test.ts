import { expect, test } from "vitest";
import type { StoredError } from "./api.ts";
import { refusedFields, refusedValues } from "./refused-values.ts";

const error = (details: Record<string, unknown>, message = "Refused") => ({ code: "OUTBOUND_REFUSED", message, details }) as StoredError;
const input = { email: "ada@example.com", firstName: "Ada", phone: "call me", tags: ["vip"] };

test("the field that an error names is the one to correct", () => {
  expect(refusedFields(error({ field: "tags[0]", message: "Invalid phone number" }), input)).toEqual(["tags"]);
  expect(refusedFields(error({ fields: { email: "is taken" } }), input)).toEqual(["email"]);
});

test("without a name, the words of the other side lead to it", () => {
  expect(refusedFields(error({ message: "Invalid phone number" }), input)).toEqual(["phone"]);
  expect(refusedFields(error({ message: "The first name is too long" }), input)).toEqual(["firstName"]);
  expect(refusedFields(error({ message: "Something is wrong" }), input)).toEqual([]);
});

test("the refused value is said with what the field is called", () => {
  const steps = [
    { state: "succeeded", input: { phone: "+12125550100" } },
    { state: "failed", input },
  ] as const;
  expect(refusedValues(error({ message: "Invalid phone number" }), steps as never)).toEqual(["Phone: call me"]);
  expect(refusedValues(error({ message: "Invalid phone number" }), [steps[0]] as never)).toEqual([]);
});
