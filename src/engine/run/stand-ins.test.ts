import { expect, test } from "vitest";
import { MillraceError, type ErrorCode } from "#kernel/errors.ts";
import type { StepCall, StepCaller } from "../ports/caller.ts";
import { standInNote, withStandIns } from "./stand-ins.ts";

const ada = { id: "c1", email: "ada@example.com" };
const request = { workspaceId: "w", app: "highlevel", operation: "contacts.get", input: { contactId: "made up" } } as unknown as StepCall;

/** A caller whose every call ends so. */
const failing = (code: ErrorCode, details: Record<string, unknown> = {}, effect = "read") =>
  ({
    call: () =>
      Promise.reject(new MillraceError(code, { details: { app: "HighLevel", operation: "Get Contact", message: "no", ...details } })),
    facts: () => ({ title: "Get Contact", effect, idempotencyKey: false, confirm: false, needsConnection: true }),
  }) as unknown as StepCaller;
const called = (caller: StepCaller, exampleOf = (): unknown => ada) => withStandIns(caller, exampleOf).call(request);

test.each([
  ["OUTBOUND_NOT_FOUND", {}],
  ["OUTBOUND_REFUSED", { status: 400 }],
] as const)("a record of a made-up event that a look-up does not find is stood in for by the example: %s", async (code, details) => {
  expect(await called(failing(code, details))).toEqual({ output: ada, exchanges: [], notes: [standInNote] });
});

test("what else goes wrong still does", async () => {
  await expect(called(failing("OUTBOUND_REFUSED", { status: 422 }))).rejects.toMatchObject({ code: "OUTBOUND_REFUSED" });
  await expect(called(failing("OUTBOUND_NOT_FOUND", {}, "update"))).rejects.toMatchObject({ code: "OUTBOUND_NOT_FOUND" });
  await expect(called(failing("OUTBOUND_NOT_FOUND"), () => undefined)).rejects.toMatchObject({ code: "OUTBOUND_NOT_FOUND" });
});
