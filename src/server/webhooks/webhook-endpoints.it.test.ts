/** Who sees the addresses of webhook endpoints. What is sent to them is tried in `webhook-sender.test.ts`. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WebhookEndpointView } from "#api/schemas.ts";
import { inboxFolder, openHouse, type House } from "#test/support/inbox.ts";

const { folder, remove } = inboxFolder();
let house: House;
beforeAll(async () => {
  house = await openHouse(folder, false);
});
afterAll(async () => {
  await house.millrace.close();
  remove();
});

async function seenBy(role: "viewer" | "builder"): Promise<string[]> {
  const { body } = await house.api<{ key: string }>("POST", "/api-keys", { name: role, role });
  const reply = await fetch(`${house.millrace.localUrl}/api/v1/webhook-endpoints`, { headers: { authorization: `Bearer ${body.key}` } });
  return ((await reply.json()) as { endpoints: WebhookEndpointView[] }).endpoints.map(({ url }) => url).toSorted();
}

test("who may not change them sees the hosts alone: the rest of an address is as good as a key", async () => {
  const urls = ["https://hooks.example.com/", "https://hooks.example.org/services/t0ken", "https://hooks.example.org/?key=t0ken"];
  for (const url of urls) expect((await house.api("POST", "/webhook-endpoints", { url, events: ["run.failed"] })).status).toBe(201);
  expect(await seenBy("builder")).toEqual(urls.toSorted());
  expect(await seenBy("viewer")).toEqual(["https://hooks.example.com/", "https://hooks.example.org/…", "https://hooks.example.org/…"]);
});
