/** A person has their own system sent what happens here, on the page: adds it, tries it, sees it fail, and mends it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, expect, test } from "vitest";
import type { FlowDetail } from "#api/schemas.ts";
import { expectShown } from "#test/support/browser.ts";
import { post } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

let receiver: Server;
let address = "";
let answer = 204;
let secret = "";
const verified: string[] = [];

/** Takes only what is signed. */
async function openReceiver(): Promise<Record<string, string>> {
  receiver = createServer((request, reply) => {
    void (async () => {
      let body = "";
      for await (const piece of request) body += String(piece);
      if (answer !== 204) return void reply.writeHead(answer).end("not today");
      const message = new Webhook(secret).verify(body, request.headers as Record<string, string>) as { type: string };
      verified.push(message.type);
      reply.writeHead(204).end();
    })();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  address = `http://${host}/events`;
  return { MILLRACE_ALLOW_PRIVATE_HOSTS: host };
}

const web = webPage({ env: openReceiver, expected: /400/ });
afterAll(() => void receiver.close());

const dialog = () => web.page.getByRole("dialog");
const card = () => web.page.getByRole("article", { name: address });

test("the page is reached from Use elsewhere, and says what it is for while there is none", async () => {
  await web.open("/elsewhere");
  await web.page.getByRole("link", { name: /^Webhooks/ }).click();
  await expectShown(web.page.getByText(/Add the address of your own system/));
  await web.expectGoodOnPhone("webhooks-empty");
});

test("an endpoint is added with the events to send; an address that may not be called says why at its field", async () => {
  await web.page.getByRole("button", { name: "Add endpoint" }).click();
  await dialog().getByLabel("Address").fill("nonsense");
  await dialog().getByRole("button", { name: "Add endpoint" }).click();
  await expectShown(dialog().getByText(/must be an address that begins with/));
  await dialog().getByLabel("Address").fill(address);
  await dialog().getByRole("checkbox", { name: "A connection can be used again" }).click();
  await web.expectGoodOnPhone("webhooks-add");
  await dialog().getByRole("button", { name: "Add endpoint" }).click();
  const shown = dialog().locator("code", { hasText: "whsec_" });
  await shown.waitFor();
  secret = (await shown.textContent())!;
  await dialog().getByRole("button", { name: "Done" }).click();
  await expectShown(card().getByText("A run failed", { exact: true }));
  expect(await card().getByText("A connection can be used again").count()).toBe(0);
});

test("a test delivery arrives, and a run that fails is sent by itself, with a link to it", async () => {
  await card().getByRole("button", { name: "Send a test delivery" }).click();
  await expectShown(web.page.getByText("The test delivery arrived; the answer was 204"));
  const flow = {
    name: "Fails",
    trigger: { app: "http", operation: "webhook" },
    steps: [{ id: "end", stop: "failed", reason: "on purpose" }],
  };
  const { body: draft } = await web.house.api<FlowDetail>("POST", "/flows", flow);
  const { body: published } = await web.house.api<FlowDetail>("POST", `/flows/${draft.id}/publish`, {});
  await post(published.trigger.hookUrl!, JSON.stringify({ id: "one" }));
  await expect.poll(() => verified, { timeout: 30_000 }).toEqual(["webhook.test", "run.failed"]);
  await card().getByRole("button", { name: "Show deliveries" }).click();
  await expectShown(card().getByRole("link", { name: "A run failed" }));
  await web.expectGoodOnPhone("webhooks-messages");
});

test("one that asks for no more is switched off: Needs attention says so, and leads back to switch it on", async () => {
  answer = 410;
  await card().getByRole("button", { name: "Send a test delivery" }).click();
  await expectShown(web.page.getByText("The test delivery did not arrive: the answer was 410"));
  await expectShown(card().getByText(/Millrace switched it off: It answered 410/));
  await web.expectGoodOnPhone("webhooks-off");
  await web.open("/attention");
  await expectShown(web.page.getByText(/is sent no messages any more/));
  await web.expectGoodOnPhone("webhooks-attention");
  await web.page.getByRole("link", { name: "Open webhooks" }).click();
  answer = 204;
  await card().getByRole("button", { name: "Switch on" }).click();
  await expectShown(card().getByRole("button", { name: "Send a test delivery" }));
  await card().getByRole("button", { name: "Show deliveries" }).click();
  await card().getByRole("listitem").filter({ hasText: "answered 410" }).getByRole("button", { name: "Send again" }).click();
  await expectShown(web.page.getByText("The delivery arrived"));
});

test("a new secret is shown once, and both sign for a day", async () => {
  await card()
    .getByRole("button", { name: `More about ${address}` })
    .click();
  await web.page.getByRole("menuitem", { name: "New secret" }).click();
  await dialog().getByRole("button", { name: "Make a new secret" }).click();
  const shown = dialog().locator("code", { hasText: "whsec_" });
  await shown.waitFor();
  expect(await shown.textContent()).not.toBe(secret);
  await dialog().getByRole("button", { name: "Done" }).click();
  await expectShown(card().getByText(/signed with the new and the old secret/));
  const before = verified.length;
  await card().getByRole("button", { name: "Send a test delivery" }).click(); // the receiver still has the old one
  await expect.poll(() => verified.length, { timeout: 30_000 }).toBe(before + 1);
});
