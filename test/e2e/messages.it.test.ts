/** Whoever answers for the messages of a workspace: sets what they have to keep, and sees why one was not sent. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail, MessagePolicyReply, RunDetail } from "#api/schemas.ts";
import { connectAcme, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const web = webPage({ expected: /status of 400/ });
const { open, expectGood, expectGoodOnPhone } = web;

let house: House;
let page: Page;
let flow: string;
const contacts: Record<string, string> = {};

beforeAll(async () => {
  ({ house, page } = web);
  await connectAcme(house.millrace);
  for (const [name, dndSettings] of [
    ["Ada", { SMS: { status: "active" } }],
    ["Ben", {}],
  ] as const) {
    const input = { firstName: name, phone: name === "Ada" ? "+441632960961" : "+441632960962", dndSettings };
    const { body } = await house.api<{ output: { id: string } }>("POST", "/operations/contacts.create", { connection: "acme", input });
    contacts[name] = body.output.id;
  }
  const definition = {
    name: "Remind of the visit",
    trigger: { app: "http", operation: "webhook" },
    steps: [
      {
        id: "sms",
        app: "highlevel",
        operation: "conversations.send_message",
        connection: "acme",
        input: { contactId: "{{ trigger.contact }}", type: "SMS", message: "See you on Sunday" },
      },
    ],
  };
  flow = (await house.api<FlowDetail>("POST", "/flows", definition)).body.id;
  await house.api("POST", `/flows/${flow}/publish`);
});

/** Runs the flow for somebody, and opens the run once it is in the state. */
async function runFor(name: string, state: string): Promise<void> {
  const { run } = (await house.api<{ run: string }>("POST", `/flows/${flow}/run`, { payload: { contact: contacts[name], at: Date.now() } }))
    .body;
  await expect.poll(async () => (await house.api<RunDetail>("GET", `/runs/${run}`)).body.state, { timeout: 10_000 }).toBe(state);
  await open(`/runs/${run}`);
}

describe("messages to people", () => {
  test("are skipped for somebody who has switched the channel off, as the run says", async () => {
    await runFor("Ada", "succeeded");
    await page.getByText("Skipped a message: Ada has switched SMS off").first().waitFor();
    await page.getByText("Skipped", { exact: true }).first().waitFor();
    await expectGood("message-skipped");
  });

  test("keep what is set on the page that the preferences lead to", async () => {
    await open("/");
    await page.getByRole("button", { name: "Preferences" }).first().click();
    await page.getByRole("menuitem", { name: "Messages to people" }).click();
    await page.getByRole("heading", { level: 1, name: "Messages to people" }).waitFor();
    expect(await page.getByRole("switch", { name: "Do not disturb" }).isChecked()).toBe(true);
    await page.getByText("In the last 7 days no message was sent. 1 was skipped: 1 because the person has switched them off.").waitFor();
    await page.getByRole("switch", { name: "Daily cap" }).click();
    await page.getByLabel("By one channel").fill("0");
    await page.getByRole("button", { name: "Save rules" }).click();
    await page.getByText("Must be at least 1").waitFor();
    await page.getByLabel("By one channel").fill("1");
    await page.getByLabel("In all").fill("");
    await page.getByRole("button", { name: "Save rules" }).click();
    await page.getByText("The rules for messages are saved").waitFor();
    await expectGoodOnPhone("messages");
  });

  test("are skipped above the cap", async () => {
    await runFor("Ben", "succeeded");
    await page.getByText("Sent message").first().waitFor();
    await runFor("Ben", "succeeded");
    await page.getByText("Ben has had 1 SMS message today, which is the cap").first().waitFor();
    const { body } = await house.api<MessagePolicyReply>("GET", "/message-policy");
    expect(body.totals.messages).toContainEqual({ channel: "sms", outcome: "cap", messages: 1 });
  });

  test("wait in quiet hours, and the run says for what", async () => {
    await open("/messages");
    await page.getByRole("switch", { name: "Daily cap" }).click();
    await page.getByRole("switch", { name: "Quiet hours" }).click();
    await page.getByLabel("From").fill("00:00");
    await page.getByLabel("To", { exact: true }).fill("23:59");
    await expectGood("messages-quiet-hours");
    await page.getByRole("button", { name: "Save rules" }).click();
    await page.getByText("The rules for messages are saved").waitFor();
    await runFor("Ben", "waiting");
    await page.getByText("Quiet hours of Ben (00:00 to 23:59, Europe/London)").first().waitFor();
    await expectGood("message-waits");
  });
});

describe("an exception from the rules", () => {
  test("is made in the editor with a reason, and the run says it", async () => {
    await open(`/flows/${flow}?at=steps.0`);
    await page.getByRole("tab", { name: "Set up" }).click();
    await page.getByRole("checkbox", { name: "Quiet hours" }).check();
    await page.getByLabel("Why").fill("Ben has just asked for it");
    await page.getByText("Saved").first().waitFor();
    await expectGood("message-exception");
    await expect
      .poll(async () => (await house.api<FlowDetail>("GET", `/flows/${flow}`)).body.definition.steps[0], { timeout: 10_000 })
      .toMatchObject({ messages: { without: ["quietHours"], reason: "Ben has just asked for it" } });
    await house.api("POST", `/flows/${flow}/publish`);
    await runFor("Ben", "succeeded");
    await page.getByText("Sent without quiet hours: Ben has just asked for it.").first().waitFor();
  });
});
