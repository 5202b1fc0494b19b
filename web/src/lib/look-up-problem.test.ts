import { expect, test } from "vitest";
import { ApiError } from "./api.ts";
import { lookUpProblem } from "./look-up-problem.ts";

const smiles = { id: "con_1", title: "Bright Smiles" };
const refused = (code: "SCOPE_MISSING" | "OUTBOUND_TIMEOUT", details: Record<string, unknown> = {}) =>
  new ApiError(409, { code, message: "It did not answer in time.", details });

test("a login that lacks a scope is named with the scope and where more are allowed", () => {
  expect(lookUpProblem(refused("SCOPE_MISSING", { scopes: ["opportunities.readonly"] }), smiles)).toEqual({
    says: "The login of 'Bright Smiles' may not read opportunities: it lacks the scope opportunities.readonly.",
    renew: "con_1",
  });
  expect(lookUpProblem(refused("SCOPE_MISSING"), smiles).says).toBe("The login of 'Bright Smiles' may not look this up: it lacks a scope.");
});

test("anything else that went wrong is said as the server says it", () => {
  expect(lookUpProblem(refused("OUTBOUND_TIMEOUT"), smiles)).toEqual({ says: "It did not answer in time." });
  expect(lookUpProblem(refused("SCOPE_MISSING"), undefined)).toEqual({ says: "It did not answer in time." });
});
