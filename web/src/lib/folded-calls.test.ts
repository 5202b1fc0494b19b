import { expect, test } from "vitest";
import type { CallView } from "#api/schemas.ts";
import { foldedCalls } from "./folded-calls.ts";

const call = (at: number, more: Partial<CallView> = {}): CallView => ({
  seq: at,
  at,
  durationMs: 3,
  connection: { id: "con_1", name: "acme" },
  app: "highlevel",
  operation: "locations.get",
  title: "Get Location",
  method: "GET",
  address: "https://example.com/locations/{locationId}",
  status: 200,
  error: null,
  purpose: "login_test",
  by: null,
  who: "Millrace",
  flow: null,
  run: null,
  step: null,
  person: null,
  ...more,
});

test("equal calls one after the other are one entry, and a failed one stays by itself", () => {
  const folded = foldedCalls([call(9), call(8), call(7, { status: 401, error: "OUTBOUND_REFUSED" }), call(6), call(5, { run: "run_1" })]);
  expect(folded.map(({ call: { at }, times, since }) => [at, times, since])).toEqual([
    [9, 2, 8],
    [7, 1, 7],
    [6, 1, 6],
    [5, 1, 5],
  ]);
});
