import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newerIndex, olderId } from "#apps/highlevel/facts.ts";
import { findOperation } from "#test/support/built-in.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { type ActionBench, openActionBench, wrote } from "./bench.ts";

// Endpoints nobody judged, as a flow's one step.
let bench: ActionBench;
beforeAll(async () => {
  bench = await openActionBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.sandbox.reset());

const invoice = {
  name: "Implants",
  businessDetails: { name: "Acme Dental" },
  currency: "USD",
  items: [{ name: "Implant", currency: "USD", amount: 1800, qty: 1 }],
  discount: { type: "percentage", value: 0 },
  contactDetails: { id: "c1", name: "Ada", phoneNo: "+12125550142", email: "ada@example.com" },
  issueDate: "2026-01-20",
  dueDate: "2026-02-01",
  sentTo: { email: ["ada@example.com"] },
  liveMode: false,
};
const struck = () => bench.sandbox.faults.list().map((fault) => fault.struck);

describe("a step may name any endpoint by its key", () => {
  test("and gives what it answers, the sub-account filled in", async () => {
    const { run, steps } = await bench.run("invoices/create-invoice", invoice, "acme");
    expect([run.state, run.error]).toEqual(["succeeded", null]);
    expect(JSON.stringify(steps)).toContain("Implants");
  });

  test("and is refused with a value of the wrong type before anything is sent", async () => {
    bench.sandbox.faults.set({ kind: "server_error", route: "POST /invoices/" });
    const { run } = await bench.run("invoices/create-invoice", { ...invoice, items: "one implant" }, "acme");
    expect([run.state, struck()]).toEqual(["failed", [0]]);
    expect(JSON.stringify(run.error)).toContain("items");
  });

  test("of the newer API, which the older one has not", async () => {
    const { run } = await bench.run("chat-widget/listChatWidget@v3", { offset: 0, limit: 10 }, "acme");
    expect([run.state, run.error]).toEqual(["succeeded", null]);
  });
});

describe("what became of a call whose answer was lost", () => {
  test.each(["drop_before", "server_error"] as const)("a read is asked again after %s", async (kind) => {
    bench.sandbox.faults.set({ kind, route: "GET /invoices/*", count: 1 });
    const { run } = await bench.run("invoices/get-invoice", { invoiceId: "i1" }, "acme");
    expect([run.state, bench.sandbox.faults.list()]).toEqual(["succeeded", []]);
  });

  test.each(["drop_after", "drop_before"] as const)("a write that nobody judged is held after %s, and not sent twice", async (kind) => {
    bench.sandbox.faults.set({ kind, route: "POST /invoices/" });
    const { run } = await bench.run("invoices/create-invoice", invoice, "acme");
    expect([run.state, struck()]).toEqual(["held", [1]]);
  });

  test("a judged one of the newer API is looked up, as the older one is", async () => {
    const before = bench.snapshot();
    bench.sandbox.faults.set({ kind: "drop_after", route: "POST /contacts/" });
    const { run } = await bench.run("contacts.create@v3", { email: "ada@new.example", firstName: "Ada" }, "acme");
    expect([run.state, wrote(before, bench.snapshot()), struck()]).toEqual(["succeeded", "contact+1", [1]]);
  });
});

test("an endpoint of the newer API is taken for what the older one is, and for a write that is not repeated where it is new", () => {
  const effects = newerIndex().map(({ key, method }) => {
    const older = findOperation("highlevel", olderId(key)!)?.effect ?? (method === "GET" ? "read" : "other");
    return `${key} ${findOperation("highlevel", key)!.effect === older}`;
  });
  expect(effects.filter((line) => line.endsWith("false"))).toEqual([]);
});

test("a step may fill in the sub-account itself, and cannot have a field that does not exist", async () => {
  const { run } = await bench.run(
    "invoices/get-invoice",
    { invoiceId: "i1", altId: sandboxDefaults.acmeDental, altType: "location" },
    "acme",
  );
  expect(run.state).toBe("succeeded");
  await expect(bench.run("invoices/get-invoice", { invoiceId: "i1", altID: "x" }, "acme")).rejects.toThrow();
});
