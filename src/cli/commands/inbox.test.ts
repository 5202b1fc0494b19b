import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { InboxView } from "#api/schemas.ts";
import { runCli } from "#test/fakes/terminal.ts";

const now = new TestClock().now();
const inbox = (more: Partial<InboxView> = {}): InboxView => ({
  id: "inb_1",
  name: "acme-app",
  title: "Acme connector",
  app: "highlevel",
  url: "https://m.example.com/hooks/tok",
  registration: "6578278e",
  legacy: false,
  senders: null,
  refusedSenders: [],
  ownKey: false,
  createdAt: now,
  flows: null,
  events: [
    {
      type: "ContactCreate",
      title: "Contact Created",
      scopes: ["contacts.readonly"],
      flows: [{ id: "flow_1", name: "Welcome" }],
      count: 3,
      lastAt: now - 60_000,
      url: "https://m.example.com/hooks/tok/ContactCreate",
      needsUrl: false,
    },
    {
      type: "InvoicePaid",
      title: "Invoice Paid",
      scopes: ["invoices.readonly"],
      flows: [{ id: "flow_2", name: "Thank you" }],
      count: 0,
      lastAt: null,
      url: "https://m.example.com/hooks/tok/InvoicePaid",
      needsUrl: true,
    },
  ],
  unrecognized: { count: 2, lastAt: now - 3_600_000 },
  places: [],
  arrivals: [],
  refusals: [],
  where: "Tick the events in the portal.",
  ...more,
});
const list = { "GET /inboxes": { inboxes: [inbox()] } };

test("inbox list shows each with what came and its address", async () => {
  const { out } = await runCli(["inbox", "list"], { answers: list });
  expect(out).toBe(
    "INBOX     APP        EVENTS  LAST       WAITED FOR  ADDRESS                          TITLE\n" +
      "acme-app  highlevel  3       1 min ago  2           https://m.example.com/hooks/tok  Acme connector\n",
  );
  expect((await runCli(["inbox", "list"], { answers: { "GET /inboxes": { inboxes: [] } } })).out).toContain("millrace inbox add");
});

test("inbox show tells what to tick, what waits, what never came, and what needs an address of its own", async () => {
  const { out } = await runCli(["inbox", "show", "acme"], { answers: list });
  expect(out).toContain("highlevel, registration 6578278e");
  expect(out).toContain("2 events, last 1 h ago");
  expect(out).toContain("Tick the events in the portal.");
  expect(out).toMatch(/ContactCreate +3 +1 min ago +contacts\.readonly +Welcome/);
  expect(out).toMatch(/InvoicePaid +0 +never: is it ticked\? +invoices\.readonly +Thank you/);
  expect(out).toContain("InvoicePaid: https://m.example.com/hooks/tok/InvoicePaid");
});

test("inbox add sends what was given, and says what to do next", async () => {
  const args = ["inbox", "add", "acme-app", "--registration", "6578278e-lq3", "--legacy", "--public-key", "MCow"];
  const { asked, out, code } = await runCli(args, { answers: { "POST /inboxes": inbox() } });
  expect(asked[0]!.body).toEqual({ name: "acme-app", registration: "6578278e-lq3", legacy: true, publicKey: "MCow" });
  expect(out).toBe("Made: acme-app\nIts address: https://m.example.com/hooks/tok\nTick the events in the portal.\n");
  expect(code).toBe(0);
});

test("inbox add says when the address is one of this machine only", async () => {
  const local = inbox({ url: "http://127.0.0.1:4400/hooks/tok" });
  expect((await runCli(["inbox", "add", "x"], { answers: { "POST /inboxes": local } })).out).toContain("MILLRACE_PUBLIC_URL");
});

test("inbox rotate and remove ask first, and say what is lost", async () => {
  const answers = {
    ...list,
    "POST /inboxes/inb_1/rotate": inbox({ url: "https://m.example.com/hooks/new" }),
    "DELETE /inboxes/inb_1": { ok: true },
  };
  const rotated = await runCli(["inbox", "rotate", "acme-app", "--yes"], { answers });
  expect(rotated.out).toContain("https://m.example.com/hooks/new");
  const kept = await runCli(["inbox", "remove", "acme-app"], { answers, keyboard: [false] });
  expect(kept.questions).toEqual(["Remove the inbox 'acme-app'? 2 flows wait for its events."]);
  expect([kept.code, kept.asked.length]).toEqual([2, 1]);
  expect((await runCli(["inbox", "remove", "inb_1", "-y"], { answers })).out).toBe("Removed: acme-app\n");
});
