/** What the guides ask of a guided set-up, by clicks alone: one test for each of their rows. On a clock that the test moves. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FlowView, RunList } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { CustomerApp } from "#test/support/customer-app.ts";
import { post, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental } = sandboxDefaults;
const clock = new TestClock(Date.now());
const app = new CustomerApp();

const web = webPage({ clock, env: app.open, expected: /409/ });
const { open, expectGood, expectGoodOnPhone } = web;
let house: House;
let page: Page;
let sandbox: Sandbox;
let ours: string;

beforeAll(() => {
  ({ house, page } = web);
  sandbox = house.millrace.sandbox!.systems;
  sandbox.state.search.lagMs = 0;
  ours = house.millrace.sandbox!.url;
});
afterAll(() => {
  app.close();
});

const flowNamed = async (name: string) =>
  (await house.api<{ flows: FlowView[] }>("GET", "/flows")).body.flows.find((flow) => flow.name === name)!;
const finished = (flowId: string) =>
  until(
    "a run is over",
    async () => {
      await clock.advance(60_000);
      return (await house.api<RunList>("GET", `/runs?flow=${flowId}`)).body.runs;
    },
    (runs) => runs.length > 0 && runs.every(({ finishedAt }) => finishedAt !== null),
  );
const step = (name: string) => page.getByRole("list", { name: "Set-up" }).getByRole("listitem").filter({ hasText: name });
const expectAt = async (name: string) => {
  await step(name).and(page.locator("[aria-current=step]")).waitFor();
};
const goOn = () => page.getByRole("button", { name: "Continue" }).click();

test("S9: from nothing, one connects, chooses, tests with test data and goes live, in this order", async () => {
  await open("/");
  await page.getByRole("list", { name: "Templates to start from" }).getByRole("link").first().waitFor();
  await expectGoodOnPhone("templates-newcomer");
  await page.getByRole("link", { name: "All templates" }).click();
  await page.getByRole("heading", { level: 1, name: "Templates" }).waitFor();
  await expectGoodOnPhone("templates-gallery");
  await page.getByLabel("Find a template").fill("nps detractor");
  await page.getByRole("link", { name: /make a task for the unhappy/ }).click();
  await page.getByRole("heading", { level: 1, name: /When SightMill receives an answer/ }).waitFor();
  await page.getByText("contacts.write").waitFor();
  await page.getByText("If the person is a promoter").waitFor();
  await expectGoodOnPhone("templates-one");
  await page.getByRole("button", { name: "Set up this flow" }).click();

  await expectAt("Connect");
  await page.getByText("One login is missing").waitFor();
  expect(await page.getByRole("button", { name: "Continue" }).isDisabled()).toBe(true);
  await page.getByLabel("Name", { exact: true }).fill("Acme Dental");
  await page.getByLabel("Sub-account id").fill(acmeDental);
  await page.getByLabel("Token", { exact: true }).fill(sandbox.issueToken({ locationId: acmeDental }).accessToken);
  await page.getByText("Another address of the API").click();
  await page.getByLabel("Base address").fill(ours);
  await expectGoodOnPhone("set-up-connect");
  await page.getByRole("button", { name: "Test and add" }).click();
  await page.getByText("Connected", { exact: true }).waitFor();
  await goOn();

  await expectAt("Choose and map");
  await page.locator("h2:focus", { hasText: "Choose and map" }).waitFor();
  await page
    .getByRole("button", { name: /Custom field for the score/ })
    .filter({ hasText: "Net promoter score" })
    .waitFor();
  await page.getByRole("button", { name: /Tag for detractors/ }).click();
  await page.getByLabel("Find or name a tag").fill("call me");
  await page.getByRole("option", { name: 'Use "call me"' }).click();
  await page.getByRole("button", { name: /Who calls the unhappy/ }).click();
  await page.getByRole("option", { name: "Dana Whitfield" }).click();
  await expectGoodOnPhone("set-up-choose");
  await goOn();

  await expectAt("Test with sample data and go live");
  await page.getByText("A dry run: records are looked up for real, and nothing is written or sent.").waitFor();
  await page.getByText(/It would make \d changes?/).waitFor();
  await expectGoodOnPhone("set-up-test");
  expect(sandbox.state.contacts.all().some(({ email }) => email === "una@example.com")).toBe(false);
  await page.getByRole("button", { name: "Go live", exact: true }).click();
  await page.getByRole("button", { name: "Pause flow" }).waitFor();

  const flow = await flowNamed("Survey answers to contacts");
  expect([flow.status, flow.setup]).toEqual(["on", null]);
  const una = { email: "una@example.com", firstname: "Una", surname: "Fair", score: 2, comment: "Nobody called" };
  expect((await post(flow.trigger.hookUrl!, JSON.stringify(una))).status).toBe(202);
  expect((await finished(flow.id)).map(({ state }) => state)).toEqual(["succeeded"]);
  const contact = sandbox.state.contacts.all().find(({ email }) => email === "una@example.com")!;
  expect(contact.tags).toEqual(["call me"]);
  expect(sandbox.state.tasks.all().filter(({ contactId }) => contactId === contact.id)).toMatchObject([{ title: "Call Una Fair" }]);
});

test("F6: credentials, a test with sample data, fields mapped, live; whoever leaves meanwhile comes back to where they were", async () => {
  await open("/templates?q=vip+endpoint");
  await page.getByRole("link", { name: /When a tag is added to a contact who has an e-mail address/ }).click();
  await page.getByRole("button", { name: "Set up this flow" }).click();
  await expectAt("Connect");
  expect(await page.getByLabel("Connection of HighLevel").inputValue()).toBe("acme-dental");
  await goOn();
  await expectAt("Choose and map");
  await page.getByLabel("Address to send to").fill(app.address);
  await page.getByLabel("Name of the flow").fill("Gold members to our app");
  await page.getByText("Saved", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Finish later" }).click();

  await page.getByRole("heading", { level: 1, name: "Flows" }).waitFor();
  await expectGoodOnPhone("set-up-in-list");
  await page.getByRole("link", { name: "Continue set-up (step 2 of 3)" }).click();
  await expectAt("Choose and map");
  expect(await page.getByLabel("Address to send to").inputValue()).toBe(app.address);
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.click();
  await page.keyboard.press("End");
  await page.keyboard.type(" (gold)");
  await page.getByText("Saved", { exact: true }).waitFor();
  await goOn();
  await expectAt("Test with sample data and go live");
  await page.getByText(/It would make 1 change/).waitFor();
  expect(app.received).toEqual([]);
  await page.getByRole("button", { name: "Go live", exact: true }).click();
  await page.getByRole("button", { name: "Pause flow" }).waitFor();

  const flow = await flowNamed("Gold members to our app");
  await until(
    "the first look",
    async () => {
      await clock.advance(1_000);
      return flowNamed(flow.name);
    },
    ({ trigger }) => trigger.lastAt !== null,
  );
  const ada = sandbox.state.contacts.all().find(({ email, firstName }) => email !== undefined && firstName !== undefined)!;
  sandbox.state.saveContact({ ...ada, tags: [...ada.tags, "gold"], dateUpdated: clock.now() });
  await finished(flow.id);
  expect(app.received).toEqual([{ email: ada.email!.toLowerCase(), name: `${ada.firstName} ${ada.lastName} (gold)`, tag: "gold" }]);
});

test("F7: nobody has to be a developer: what is missing is asked for, what would fail is said, and a flow becomes a template by ticks", async () => {
  await open("/templates/tag-to-workflow");
  await page.getByRole("button", { name: "Set up this flow" }).click();
  await expectAt("Connect");
  await goOn();
  await expectAt("Choose and map");
  await page.getByRole("button", { name: "Leave the workflow empty" }).click();
  await goOn();
  await page.getByText("1 field to fill in").waitFor();
  await expectGood("set-up-missing");
  await page.getByRole("button", { name: /Workflow/ }).click();
  await page.getByRole("option", { name: "Unhappy patient follow-up" }).click();
  await goOn();
  await expectAt("Test with sample data and go live");
  const workflow = sandbox.state.workflows.get(sandboxDefaults.workflows.unhappy)!;
  sandbox.state.workflows.delete(workflow.id);
  await clock.advance(120_000);
  await page.getByRole("button", { name: "Go live", exact: true }).click();
  await page
    .getByRole("dialog", { name: "Not published: its runs would fail" })
    .getByText(/Unhappy patient follow-up/)
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Go back" }).click();
  sandbox.state.workflows.put(workflow);
  await clock.advance(120_000);
  await page.getByRole("button", { name: "Go live", exact: true }).click();
  await page.getByRole("button", { name: "Pause flow" }).waitFor();

  await page.getByRole("button", { name: "More about this flow" }).click();
  await page.getByRole("menuitem", { name: "Save as template" }).click();
  const sheet = page.getByRole("dialog", { name: "Save as template" });
  await sheet.getByLabel("Title").fill("When somebody is unhappy, then follow up");
  await sheet.getByLabel("Category").fill("Ours");
  await sheet.getByLabel("What is asked for Tag", { exact: true }).fill("Which tag?");
  await expectGoodOnPhone("templates-save");
  await sheet.getByRole("button", { name: "Save template" }).click();
  await page.getByRole("heading", { level: 1, name: "When somebody is unhappy, then follow up" }).waitFor();
  await page.getByText("Which tag?").waitFor();

  await page.getByRole("button", { name: "More about this template" }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "Export as a file" }).click()]);
  expect(file.suggestedFilename()).toBe("when-somebody-is-unhappy-then-follow-up.template.json");
  const exported = await readFile(await file.path(), "utf8");
  await open("/templates");
  await page.getByLabel("Template file").setInputFiles({
    name: "template.json",
    mimeType: "application/json",
    buffer: Buffer.from(exported.replace("then follow up", "then call at once")),
  });
  await page.getByRole("heading", { level: 1, name: "When somebody is unhappy, then call at once" }).waitFor();
  await page.getByRole("link", { name: "Templates", exact: true }).first().click();
  await page
    .getByRole("list", { name: "Ours" })
    .getByRole("link", { name: /then call at once/ })
    .waitFor();
});

test("a template chosen while its gallery is still being searched is opened, however slowly its page comes", async () => {
  const slowPage = /template-page-.*\.js$/;
  await page.route(slowPage, async (route) => {
    await new Promise((resolve) => void setTimeout(resolve, 1_000));
    await route.continue();
  });
  await open("/templates");
  await page.getByLabel("Find a template").fill("nps detractor");
  await page.getByRole("link", { name: /make a task for the unhappy/ }).click();
  const opened = page.getByRole("heading", { level: 1, name: /When SightMill receives an answer/ });
  await opened.waitFor();
  expect(await opened.isVisible()).toBe(true);
  await page.unroute(slowPage);
});
