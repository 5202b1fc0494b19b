/** Steps are tried one by one, the whole flow while one types, and a change on the events that were kept, before anything is written. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail } from "#api/schemas.ts";
import { connectAcme, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const web = webPage();
const { open, expectGood, expectGoodOnPhone } = web;
let house: House;
let page: Page;
let flow: FlowDetail;

const definition = {
  name: "Leads to Acme",
  trigger: { app: "http", operation: "webhook" },
  steps: [
    { id: "wanted", filter: "trigger.email != blank" },
    {
      id: "contact",
      app: "highlevel",
      operation: "contacts.upsert",
      connection: "acme",
      input: { email: "{{ trigger.email }}", firstName: "{{ trigger.name }}" },
    },
    {
      id: "note",
      app: "highlevel",
      operation: "contacts.create_note",
      connection: "acme",
      input: { contactId: "{{ contact.id }}", body: "Says {{ trigger.says }}" },
    },
  ],
};

beforeAll(async () => {
  ({ house, page } = web);
  await connectAcme(house.millrace);
  flow = (await house.api<FlowDetail>("POST", "/flows", definition)).body;
  await house.api("POST", `/flows/${flow.id}/publish`);
  const hook = new URL((await house.api<FlowDetail>("GET", `/flows/${flow.id}`)).body.trigger.hookUrl!).pathname;
  for (const lead of leads)
    await fetch(house.millrace.localUrl + hook, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(lead),
    });
});

const leads = [
  { email: "", name: "Nobody", says: "nothing" },
  { email: "grace@example.com", name: "Grace", says: "hello" },
];
const panel = () => page.getByRole("complementary", { name: "What is selected" });

describe("a step that is tried by itself", () => {
  test("says where it writes, shows what it would write, and writes only when one asks for it", async () => {
    await open(`/flows/${flow.id}?at=steps.1`);
    await panel().getByRole("tab", { name: "Test" }).click();
    await panel().getByText("This will create or update contact by e-mail in Acme Dental (sandbox).").waitFor();
    await panel().getByRole("button", { name: "Dry run" }).click();
    await panel().getByText("Nothing was written. This is what it would do.").waitFor();
    await expectGood("test-step-dry");
    await panel().getByRole("button", { name: "Write it for real" }).click();
    await page.getByRole("button", { name: "Write it", exact: true }).click();
    await panel().getByText("Written to Acme Dental (sandbox).").waitFor();
    await panel().getByText("Request and answer").click();
    await expectGoodOnPhone("test-step-written", page.getByText("Request and answer"));
  });
});

describe("all steps at once", () => {
  const steps = () => page.getByRole("status", { name: "Test of all steps" });

  test("are tried in order with the chosen sample, and nothing is written", async () => {
    await open(`/flows/${flow.id}`);
    await page.getByRole("button", { name: "Test all steps" }).click();
    await steps().getByText("Tested 3 steps: 2 as a dry run, 1 computed. Nothing was written.").waitFor();
    await expectGoodOnPhone("test-all-steps");
    await open(`/flows/${flow.id}?at=steps.2`);
    await panel().getByRole("tab", { name: "Test" }).click();
    await panel().getByText("Nothing was written. This is what it would do.").waitFor();
    await expectGood("test-all-kept");
  });

  test("end at the filter that ends the run, which can be opened", async () => {
    await open(`/flows/${flow.id}`);
    await page.getByLabel("With: which sample").selectOption({ index: 1 });
    await page.getByRole("button", { name: "Test all steps" }).click();
    await steps().getByText("The run would end at step 1").waitFor();
    await steps().getByRole("button", { name: "Open the step" }).click();
    await panel().getByText("Step 1").waitFor();
    await expectGood("test-all-ended");
  });

  test("show what a request would send, where to and as rows, with words for ids that are made up", async () => {
    const post = {
      id: "send",
      app: "http",
      operation: "post",
      input: { url: "https://app.example/in", body: { id: "{{ contact.id }}", tags: ["a", "b"] } },
    };
    const added = { name: "Leads to an app", trigger: definition.trigger, steps: [definition.steps[1], post] };
    const { id } = (await house.api<FlowDetail>("POST", "/flows", added)).body;
    await open(`/flows/${id}?at=steps.1`);
    await page.getByRole("button", { name: "Try it" }).click();
    await panel().getByRole("tab", { name: "Test" }).click();
    await panel().getByText("POST https://app.example/in").waitFor();
    await panel().getByText("the new contact's id").waitFor();
    await panel().getByText("a, b", { exact: true }).waitFor();
    await expectGoodOnPhone("dry-run-of-a-request", page.getByText("the new contact's id").first());
  });
});

describe("the whole flow while one types", () => {
  test("says beside each step what it would do with the chosen sample, and is switched off for good", async () => {
    await open(`/flows/${flow.id}`);
    await page.getByRole("button", { name: /^1 Continue only if.*Passes/ }).waitFor();
    await page.getByLabel("With: which sample").selectOption({ index: 1 });
    await page.getByRole("button", { name: /Would be filtered/ }).waitFor();
    await page
      .getByRole("button", { name: /Not reached: '.+' ends the run/ })
      .first()
      .waitFor();
    await expectGoodOnPhone("dry-run-as-you-type");
    await page.getByRole("switch", { name: "Dry run as you type" }).click();
    await page.getByText("Would be filtered").waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("switch", { name: "Dry run as you type", checked: false }).waitFor();
  });
});

describe("the run of a loop", () => {
  test("has an entry for each item, and opens the one that is looked at", async () => {
    const loop = {
      name: "Order lines",
      trigger: { app: "http", operation: "webhook" },
      steps: [{ id: "each", forEach: "trigger.lines", as: "line", do: [{ id: "wanted", filter: "line.count > 0" }] }],
    };
    const { id } = (await house.api<FlowDetail>("POST", "/flows", loop)).body;
    await house.api("POST", `/flows/${id}/publish`);
    const lines = [
      { name: "Brush", count: 2 },
      { name: "Floss", count: 0 },
      { name: "Paste", count: 1 },
    ];
    const { run } = (await house.api<{ run: string }>("POST", `/flows/${id}/run`, { payload: { lines } })).body;
    await open(`/runs/${run}`);
    const steps = page.getByRole("navigation", { name: "Steps of the run" });
    await steps.getByText("Item 3 was not reached").waitFor();
    expect(await steps.getByText("Continue only if").count()).toBe(2);
    await steps.getByText("Continue only if").first().waitFor({ state: "hidden" });
    await steps.getByText("Item 1: Brush").click();
    await steps.getByText("Continue only if").first().click();
    await page
      .getByRole("region", { name: /^Continue only if/ })
      .getByText("Item 1: Brush")
      .waitFor();
    await expectGoodOnPhone("run-of-a-loop", steps);
  });
});

describe("a change before it is published", () => {
  test("is sent a sample for real after a dry run, once one has read what it writes", async () => {
    await open(`/flows/${flow.id}?tab=samples`);
    const grace = page.getByRole("listitem").filter({ hasText: "grace@example.com" }).first();
    await grace.getByRole("button", { name: "Try this sample" }).click();
    const sheet = page.getByRole("dialog", { name: "Dry run" });
    await sheet.getByText("Nothing was written.").waitFor();
    await expectGoodOnPhone("dry-run-send", sheet.getByRole("button", { name: "Send this sample now" }));
    await sheet.getByRole("button", { name: "Send this sample now" }).click();
    const question = page.getByRole("alertdialog", { name: "Send this sample now?" });
    await question.getByText(/It (creates|updates) .+ That is real/).waitFor();
    await expectGood("send-sample");
    await question.getByRole("button", { name: "Send sample" }).click();
    await page.getByRole("heading", { level: 1, name: /grace/i }).waitFor();
    await page.getByText("The sample is on its way").waitFor();
  });

  test("is tried on the events that came, beside what the version before did", async () => {
    await house.api("PUT", `/flows/${flow.id}`, {
      ...definition,
      steps: [{ id: "end", stop: "failed", reason: "Not today" }],
    });
    await open(`/flows/${flow.id}`);
    await page.getByRole("button", { name: "Publish flow" }).click();
    const backtest = page.getByRole("region", { name: "Backtest" });
    await backtest.getByRole("button", { name: "Try on the last 100 events" }).click();
    await backtest.getByText("Tried on 3 events").waitFor();
    await backtest.getByRole("row", { name: /^Failing 3/ }).waitFor();
    await backtest.getByText("Why events would fail").waitFor();
    await expectGoodOnPhone("backtest", backtest);
    await page.reload();
    await page.getByRole("button", { name: "Publish flow" }).click();
    await page.getByText("Tried on 3 events").waitFor();
  });
});
