/** Webhook endpoints of a real Millrace that is killed again and again while runs fail: each failure arrives, signed. `npm run build` first. */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { afterEach, expect, test } from "vitest";
import type { WebhookEndpointView } from "#api/schemas.ts";
import { installFlow, millraceProcess, post, runsOf, until, type MillraceProcess } from "#test/support/millrace.ts";

const kills = 5;
let millrace: MillraceProcess;
let receiver: Server;

afterEach(async () => {
  receiver.close();
  await millrace.remove();
});

interface Message {
  id: string;
  run: string;
}

/** A receiver that believes nothing but the signature, and is down now and then. */
async function openReceiver(
  secret: () => string,
  isDown: () => boolean,
): Promise<{ url: string; host: string; taken: Message[]; refused: number }> {
  const seen = { url: "", host: "", taken: [] as Message[], refused: 0 };
  receiver = createServer((request, reply) => {
    void (async () => {
      let body = "";
      for await (const piece of request) body += String(piece);
      if (isDown()) return void reply.writeHead(503).end();
      try {
        const { data } = new Webhook(secret()).verify(body, request.headers as Record<string, string>) as { data: { run: { id: string } } };
        seen.taken.push({ id: String(request.headers["webhook-id"]), run: data.run.id });
        reply.writeHead(204).end();
      } catch {
        seen.refused++;
        reply.writeHead(401).end();
      }
    })();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  seen.host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  seen.url = `http://${seen.host}/events`;
  return seen;
}

test(`each run that failed arrives, verified, though Millrace is killed ${kills} times and the receiver is down now and then`, async () => {
  let secret = "";
  let down = false;
  const seen = await openReceiver(
    () => secret,
    () => down,
  );
  millrace = await millraceProcess({ allow: [seen.host] });
  await millrace.start();
  const added = await millrace.api<{ endpoint: WebhookEndpointView; secret: string }>("POST", "/webhook-endpoints", {
    url: seen.url,
    events: ["run.failed"],
  });
  secret = added.secret;
  const flow = {
    name: "Fails",
    trigger: { app: "http", operation: "webhook" },
    steps: [{ id: "end", stop: "failed", reason: "on purpose" }],
  };
  const { hookUrl } = await installFlow(millrace, flow);
  for (let n = 0; n < kills; n++) {
    down = n % 3 === 1;
    for (let i = 0; i < 5; i++) await post(hookUrl, { id: randomUUID() });
    await sleep(Math.random() * 1_500);
    await millrace.kill();
    await millrace.start();
  }
  down = false;
  const failed = async () => (await runsOf(millrace, "&state=failed")).map(({ id }) => id);
  await until("every run has failed", 60_000, async () => (await runsOf(millrace, "&state=queued,running,waiting")).length === 0);
  const runs = await failed();
  expect(runs.length).toBeGreaterThanOrEqual(kills * 3);
  await until("each of them has arrived", 150_000, () => runs.every((id) => seen.taken.some(({ run }) => run === id)));
  expect(seen.refused).toBe(0);
  // A repeat has the id of the first.
  expect(new Set(seen.taken.map(({ id }) => id)).size).toBe(new Set(seen.taken.map(({ run }) => run)).size);
  const { endpoints } = await millrace.api<{ endpoints: WebhookEndpointView[] }>("GET", "/webhook-endpoints");
  await until("the list says so", 30_000, async () => {
    const [{ waiting }] = (await millrace.api<{ endpoints: [WebhookEndpointView] }>("GET", "/webhook-endpoints")).endpoints;
    return waiting === 0;
  });
  expect(endpoints[0]).toMatchObject({ active: true });
});

test("an address of the private network that nobody allowed is refused when it is added", async () => {
  const seen = await openReceiver(
    () => "",
    () => false,
  );
  millrace = await millraceProcess();
  await millrace.start();
  const add = millrace.api("POST", "/webhook-endpoints", { url: seen.url, events: ["run.failed"] });
  await expect(add).rejects.toThrow(/127\.0\.0\.1/);
  for (const url of ["ftp://example.com", "nonsense", "http://user:pass@example.com/"])
    await expect(millrace.api("POST", "/webhook-endpoints", { url, events: ["run.failed"] })).rejects.toThrow(/400 url: must/);
  expect(seen.taken).toEqual([]);
});
