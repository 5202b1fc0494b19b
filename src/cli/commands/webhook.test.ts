import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { WebhookDeliveryView, WebhookEndpointView } from "#api/schemas.ts";
import { runCli } from "#test/fakes/terminal.ts";

const now = new TestClock().now();
const endpoint = (more: Partial<WebhookEndpointView> = {}): WebhookEndpointView => ({
  id: "whe_1",
  url: "https://example.com/events",
  events: ["run.failed"],
  active: true,
  offReason: null,
  failingSince: null,
  waiting: 2,
  previousSecretUntil: null,
  createdAt: now,
  ...more,
});
const delivery = (more: Partial<WebhookDeliveryView> = {}): WebhookDeliveryView => ({
  id: "msg_1",
  type: "run.failed",
  subject: { run: { id: "run_1" } },
  state: "delivered",
  attempts: 1,
  nextAt: null,
  status: 204,
  answer: "",
  sentAt: now,
  createdAt: now - 60_000,
  ...more,
});
const list = { "GET /webhook-endpoints": { endpoints: [endpoint()] } };

test("webhook list shows whether each endpoint takes what it is sent, and why one was switched off", async () => {
  const off = endpoint({ id: "whe_2", url: "https://gone.example/", active: false, offReason: "It answered 410 (Gone)." });
  const { out } = await runCli(["webhook", "list"], { answers: { "GET /webhook-endpoints": { endpoints: [endpoint(), off] } } });
  expect(out).toMatch(/https:\/\/example\.com\/events +on +2 +run\.failed/);
  expect(out).toMatch(/https:\/\/gone\.example\/ +switched off +2 +run\.failed +It answered 410/);
});

test("webhook add prints the secret, and nothing else where a program reads", async () => {
  const answers = { "POST /webhook-endpoints": { endpoint: endpoint(), secret: "whsec_abc" } };
  const { out, err, asked } = await runCli(["webhook", "add", "https://example.com/events", "--event", "run.failed"], { answers });
  expect(asked[0]!.body).toEqual({ url: "https://example.com/events", events: ["run.failed"] });
  expect(out).toBe("whsec_abc\n");
  expect(err).toContain("can be read only now");
});

test("an endpoint is named by its address, or the beginning of it", async () => {
  const answers = { ...list, "POST /webhook-endpoints/whe_1/test": delivery({ state: "waiting", status: 500 }) };
  for (const name of ["https://example.com/events", "example.com", "whe_1"]) {
    const { out } = await runCli(["webhook", "test", name], { answers });
    expect(out).toBe("Did not arrive: the answer was 500\n");
  }
});

test("webhook deliveries shows each with its answer and id, by which it is sent again", async () => {
  const answers = {
    ...list,
    "GET /webhook-endpoints/whe_1/deliveries": {
      deliveries: [delivery({ state: "failed", status: null })],
      next: null,
    },
    "POST /webhook-endpoints/whe_1/deliveries/msg_1/resend": delivery(),
  };
  const { out } = await runCli(["webhook", "deliveries", "example.com", "--state", "failed"], { answers });
  expect(out).toMatch(/1 min ago +run\.failed +failed +1 +none +msg_1/);
  expect((await runCli(["webhook", "resend", "example.com", "msg_1"], { answers })).out).toBe("Arrived; the answer was 204.\n");
});

test("webhook remove asks first, and says what still waits", async () => {
  const { questions, code } = await runCli(["webhook", "remove", "example.com"], { answers: list, keyboard: [false] });
  expect([questions, code]).toEqual([["Remove the webhook endpoint https://example.com/events? 2 deliveries wait for it."], 2]);
});

test("webhook change switches it on, and rotate-secret prints the new secret", async () => {
  const answers = {
    ...list,
    "PATCH /webhook-endpoints/whe_1": endpoint(),
    "POST /webhook-endpoints/whe_1/rotate-secret": { endpoint: endpoint(), secret: "whsec_new" },
  };
  const { asked } = await runCli(["webhook", "change", "example.com", "--on"], { answers });
  expect(asked.at(-1)!.body).toEqual({ active: true });
  expect((await runCli(["webhook", "rotate-secret", "example.com"], { answers })).out).toBe("whsec_new\n");
});
