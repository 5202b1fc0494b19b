import { expect, test } from "vitest";
import { nextFor } from "./next-step.ts";
import { anyConnection, anyRun } from "./views.test-support.ts";

const stopped = (code: string, details: Record<string, unknown> = {}) =>
  anyRun({ error: { code, message: "no", details }, finishedAt: 100 });
const next = (code: string, around: Partial<Parameters<typeof nextFor>[1]>, details?: Record<string, unknown>) =>
  nextFor(stopped(code, details), { flows: [], connections: [], ...around });
const acme = (more: Parameters<typeof anyConnection>[1]) => ({
  connections: [anyConnection("acme", { createdAt: 1, loginAt: 1, ...more })],
});

test("runs that a login stopped are to be replayed once it works, and to be given a login before", () => {
  const of = { connection: "acme" };
  expect(next("CONNECTION_REVOKED", acme({ status: "broken" }), of)).toMatchObject({ remedy: "connection" });
  expect(next("CONNECTION_REVOKED", acme({ checkedAt: 50 }), of)).toMatchObject({ remedy: "connection" }); // proven before they stopped
  expect(next("CONNECTION_REVOKED", acme({ checkedAt: 200 }), of)).toMatchObject({
    remedy: "replay",
    mended: expect.any(String),
    by: "same",
  });
  expect(next("CONNECTION_UNKNOWN", acme({ status: "untested", loginAt: 200 }), of)).toMatchObject({ mended: expect.any(String) });
  // Another call may do without the scope that this one lacked.
  expect(next("SCOPE_MISSING", acme({ checkedAt: 200 }), of)).toMatchObject({ remedy: "connection" });
  expect(next("SCOPE_MISSING", acme({ loginAt: 200 }), of)).toMatchObject({ mended: expect.any(String) });
});

test("runs that a fault of the flow stopped are to be replayed by the version that was published since", () => {
  expect(next("STEP_INPUT_INVALID", { flows: [{ id: "flow", version: 1 }] })).toMatchObject({
    remedy: "flow",
    by: "published",
  });
  expect(next("STEP_INPUT_INVALID", { flows: [{ id: "flow", version: 2 }] })).toMatchObject({
    remedy: "replay",
    mended: expect.any(String),
    by: "published",
  });
  expect(next("RETRIES_EXHAUSTED", { flows: [{ id: "flow", version: 2 }] })).toMatchObject({ remedy: "replay", by: "same" });
});
