/** An operator with several sub-accounts: flows are found, paused and copied together, a test is sent, and many logins stay readable. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { FlowDetail, FlowView } from "#api/schemas.ts";
import { expectShown } from "#test/support/browser.ts";
import { connectAcme, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const web = webPage();
const { open, openDialog, expectGood, expectGoodOnPhone } = web;
let house: House;
let page: Page;
let survey: FlowDetail;

const connect = (name: string, title: string) => connectAcme(house.millrace, { name, title, locationId: sandboxDefaults.brightSmiles });
const upsert = (id: string, input: object) => ({ id, app: "highlevel", operation: "contacts.upsert", connection: "acme", input });

async function made(name: string, steps: object[], folder: string | null = null): Promise<FlowDetail> {
  const { id } = (await house.api<FlowDetail>("POST", "/flows", { name, trigger: { app: "http", operation: "webhook" }, steps })).body;
  await house.api("PATCH", `/flows/${id}`, { folder });
  return (await house.api<FlowDetail>("POST", `/flows/${id}/publish`)).body;
}

beforeAll(async () => {
  ({ house, page } = web);
  await connectAcme(house.millrace);
  await connect("bright", "Bright Smiles");
  survey = await made("Survey answers", [upsert("contact", { email: "{{ trigger.email }}", firstName: "{{ trigger.name }}" })], "Surveys");
  await made("Night report", [{ id: "text", format: { at: "{{ 'now' }}" } }]);
});

const statusOf = async () =>
  Object.fromEntries((await house.api<{ flows: FlowView[] }>("GET", "/flows")).body.flows.map(({ name, status }) => [name, status]));

test("a flow says what arrived last and what to do when nothing comes, and a test is sent from there", async () => {
  await fetch(survey.trigger.hookUrl!, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "grace@example.com", name: "Grace" }),
  });
  await open(`/flows/${survey.id}`);
  const activity = page.getByRole("region", { name: "Waits for events" });
  await activity.getByText("Success").waitFor();
  await activity.getByText("If nothing arrives").click();
  await activity.getByText("Check that the app still posts to the flow's address.").waitFor();
  await expectGood("flow-activity");
  await activity.getByRole("button", { name: "Run a test event" }).click();
  await page.getByRole("dialog").getByText("This runs version 1 for real, so it may change records in Acme Dental.").waitFor();
  await expectGood("send-test");
  await page.getByRole("button", { name: "Run test event" }).click();
  await page.getByRole("button", { name: "Open run" }).click();
  await page.getByRole("heading", { level: 1, name: /Grace|grace@example.com/ }).waitFor();
  expect((await house.runsOf(survey.id)).length).toBe(2);
});

test("flows are found by folder and state, and several are paused and resumed at once", async () => {
  await open("/flows");
  await page.getByLabel("Folder", { exact: true }).selectOption("Surveys");
  await expectShown(page.getByRole("link", { name: "Night report" }), 0);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("2 succeeded").waitFor();
  await page.getByRole("checkbox", { name: "Select all flows shown" }).check();
  await expectGood("flows-selected");
  await page.getByRole("button", { name: "Pause 2 flows" }).click();
  await page.getByText("2 flows paused").waitFor();
  expect(await statusOf()).toEqual({ "Survey answers": "off", "Night report": "off" });
  await page.getByLabel("Which flows").selectOption("off");
  await page.getByRole("checkbox", { name: "Select Night report" }).check();
  await page.getByRole("button", { name: "Resume 1 flow" }).click();
  await page.getByRole("link", { name: "Night report" }).waitFor({ state: "detached" });
  expect(await statusOf()).toEqual({ "Survey answers": "off", "Night report": "on" });
  await page.getByLabel("Which flows").selectOption("draft");
  await page.getByText("No flow fits.").waitFor();
});

test("a flow is copied for another sub-account, and not for its own beside it, with its own login and name", async () => {
  await open("/flows");
  await page.getByRole("button", { name: "More about Survey answers" }).click();
  await page.getByRole("menuitem", { name: "Duplicate flow" }).click();
  const dialog = page.getByRole("dialog", { name: "Duplicate flow" });
  await dialog.getByRole("checkbox", { name: "Bright Smiles" }).check();
  await expectGood("flows-duplicate-accounts");
  await dialog.getByRole("button", { name: "Create a copy for Bright Smiles" }).click();
  await page.getByRole("heading", { level: 1, name: "Survey answers, Bright Smiles" }).waitFor();
  const flows = (await house.api<{ flows: FlowView[] }>("GET", "/flows")).body.flows;
  const copies = flows.filter(({ name }) => name.startsWith("Survey answers, "));
  expect(copies, "its own account was not chosen, and got none").toHaveLength(1);
  expect(copies[0]).toMatchObject({ status: "draft", folder: "Surveys", subAccounts: [{ title: "Bright Smiles" }] });
});

test("a flow without a name is called after what it does", async () => {
  await openDialog("/flows?new=1");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Choose what starts it.").waitFor();
  await dialog.getByLabel("When").click();
  await page.getByLabel("Find a trigger").fill("contact created");
  await page
    .getByRole("option", { name: /Contact created/ })
    .first()
    .click();
  await dialog.getByLabel("Then").click();
  await page.getByLabel("Find an operation").fill("add tags");
  await page.getByText("Adds to what is there and keeps the rest.").first().waitFor();
  await expectGood("new-flow-picker");
  await page
    .getByRole("option", { name: /^Add tags to contact/ })
    .first()
    .click();
  await dialog.getByRole("button", { name: "Create flow" }).click();
  await page.getByRole("heading", { level: 1, name: "Contact created, then add tags to contact" }).waitFor();
});

test("many logins are a list of lines, with a test and the details of each", async () => {
  for (let n = 1; n <= 12; n++) await connect(`client-${n}`, `Client ${n}`);
  await open("/connections");
  await expectShown(page.getByRole("article"), 14);
  await page
    .getByRole("article", { name: "Acme Dental" })
    .getByText(/^\d flows?$/)
    .waitFor();
  await page.getByRole("button", { name: "More about Client 3" }).click();
  await page.getByRole("menuitem", { name: "Test connection" }).click();
  await page.getByText("The login works.").waitFor();
  await page.getByRole("searchbox").fill("client 1");
  await page.getByText("4 of 14 connections").waitFor();
  await expectGoodOnPhone("connections-many", page.getByRole("article", { name: "Client 12" }));
});
