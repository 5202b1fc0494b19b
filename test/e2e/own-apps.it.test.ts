/** An app that the workspace defined, on the pages: its login, its look-ups and its forms come from its definition. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ConnectionView } from "#api/schemas.ts";
import { helpdeskDefinition } from "#test/support/add-an-app.ts";
import { barriers, expectShown, openBrowser, openPage, picture } from "#test/support/browser.ts";
import { hookDeskApp } from "#test/support/hook-desk.ts";
import { openHelpdesk, type Helpdesk } from "#test/support/helpdesk.ts";
import { inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";

const { folder, remove } = inboxFolder();
let desk: Helpdesk;
let house: House;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  desk = await openHelpdesk();
  house = await openHouse(folder, false, undefined, { env: { MILLRACE_ALLOW_PRIVATE_HOSTS: desk.host } });
  await house.api("PUT", "/apps/helpdesk", helpdeskDefinition(desk.origin));
  browser = await openBrowser();
  ({ page, complaints } = await openPage(browser));
  page.setDefaultTimeout(20_000);
  await page.goto(house.millrace.links!.make());
  await page.getByRole("navigation", { name: "Main" }).first().waitFor();
});
afterEach(() => {
  // A refused save is an answer of the server, which the browser notes by itself.
  expect(complaints.splice(0).filter((line) => !/status of 422/.test(line))).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await house?.millrace.close();
  await desk?.close();
  remove();
});

async function expectGood(name: string): Promise<void> {
  await picture(page, name);
  expect(await barriers(page), name).toEqual([]);
}

describe("an app of the workspace on the pages", () => {
  test("is connected with what its definition asks for, and a wrong key is said beside its field", async () => {
    await page.goto(`${house.millrace.localUrl}/connections?add=1`);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("App", { exact: true }).selectOption({ label: "Helpdesk" });
    await dialog.getByText("In the helpdesk: Settings, API keys.").waitFor();
    expect(await dialog.getByLabel("Name of the header").count()).toBe(0);
    expect(await dialog.getByLabel("Sub-account id").count()).toBe(0);
    await dialog.getByLabel("Name", { exact: true }).fill("Acme desk");
    await dialog.getByLabel("API key").fill("wrong");
    await dialog.getByRole("button", { name: "Test and add" }).click();
    await dialog.getByText("does not accept this login").waitFor();
    await expectGood("own-app-login");
    await dialog.getByLabel("API key").fill(desk.key);
    await dialog.getByRole("button", { name: "Test and add" }).click();
    await page.getByText("Acme desk is connected").waitFor();
    const { connections } = (await house.api<{ connections: ConnectionView[] }>("GET", "/connections")).body;
    expect(connections).toMatchObject([{ app: "helpdesk", auth: "header", status: "connected" }]);
    const card = page.getByRole("article", { name: "Acme desk" });
    await expectShown(card.getByText("Helpdesk"));
    await expectShown(card.getByText("HD", { exact: true }));
  });

  test("has a form for each operation: names are looked up in the app itself, and a dry run writes nothing", async () => {
    await page.goto(`${house.millrace.localUrl}/catalog/helpdesk/tickets.create`);
    const form = page.getByRole("region", { name: "Try it" });
    await form.getByLabel("Subject").fill("The door is stuck");
    const agent = form.getByLabel("Agent");
    if (!(await agent.isVisible())) await form.getByText("optional field").click();
    await agent.click();
    await page.getByRole("option", { name: "Ada Byron" }).waitFor();
    await agent.pressSequentially("ada");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await agent.inputValue()).not.toBe("ada");
    await form.getByLabel("Priority").selectOption({ label: "high" });
    await form.getByRole("button", { name: "Run dry" }).click();
    await form.getByText(/Would create/).waitFor();
    await expectGood("own-app-form");
    expect(desk.tickets).toHaveLength(1);
    await form.getByLabel("Dry run").click();
    await form.getByRole("button", { name: "Run for real" }).click();
    await until(
      "the ticket is made",
      async () => desk.tickets,
      (tickets) => tickets.length === 2,
    );
    expect(desk.tickets[1]).toMatchObject({ subject: "The door is stuck", priority: "high", agentId: "ag_1" });
  });

  test("starts flows: a list by what it has anew, and a webhook with how its events prove themselves", async () => {
    await house.api("PUT", "/apps/alerts", { ...hookDeskApp(desk.origin), title: "Alerts" });
    const trigger = { app: "alerts", operation: "ticket.created" };
    const { id } = (await house.api<{ id: string }>("POST", "/flows", { name: "Tickets to tasks", trigger, steps: [] })).body;
    await page.goto(`${house.millrace.localUrl}/flows/${id}`);
    await page
      .getByRole("button", { name: /ticket created/i })
      .first()
      .click();
    await page.getByText(/Alerts signs its events in the header X-Desk-Signature/).waitFor();
    await expectGood("own-app-webhook");
    await page.goto(`${house.millrace.localUrl}/flows?new=1`);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("tickets to tasks");
    await dialog.getByText('There is already a flow called "Tickets to tasks".').waitFor();
    await dialog.getByLabel("When").click();
    await page.getByLabel("Find a trigger").fill("new addresses");
    await page.getByRole("option", { name: /New or changed addresses/ }).waitFor();
    await picture(page, "own-app-triggers");
  });

  test("shows a changed definition without the page being loaded again", async () => {
    await page.goto(`${house.millrace.localUrl}/catalog?app=helpdesk`);
    await page.getByRole("heading", { name: "Helpdesk" }).first().waitFor();
    const definition = helpdeskDefinition(desk.origin);
    const operations = definition.operations!.map((each) => (each.id === "tickets.create" ? { ...each, title: "Open Ticket" } : each));
    await house.api("PUT", "/apps/helpdesk", { ...definition, title: "Service Desk", operations });
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 5_500))); // what was read is fresh for so long
    await page.evaluate("window.dispatchEvent(new Event('visibilitychange'))");
    await page.getByRole("link", { name: "Open Ticket" }).first().waitFor();
    await page.getByRole("heading", { name: "Service Desk" }).first().waitFor();
    expect(await page.getByRole("link", { name: "Create Ticket" }).count()).toBe(0);
  });
});
