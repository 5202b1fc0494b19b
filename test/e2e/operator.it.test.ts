/** An agency's operator: a flow from a HighLevel event, a webhook that gets lost, a name that is changed, and inboxes. On a clock that the test moves. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { FlowView, LedgerView } from "#api/schemas.ts";
import { picture } from "#test/support/browser.ts";
import { connectAcme, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental } = sandboxDefaults;
const minute = 60_000;
const clock = new TestClock(Date.now());
const web = webPage({ clock });
const { open, expectGood, expectFits } = web;

let house: House;
let page: Page;
let token: string;

beforeAll(async () => {
  ({ house, page } = web);
  token = await connectAcme(house.millrace);
});

const flowNamed = async (name: string) =>
  (await house.api<{ flows: FlowView[] }>("GET", "/flows")).body.flows.find((flow) => flow.name === name)!;
const ledgerOf = async (id: string) => (await house.api<LedgerView>("GET", `/flows/${id}/ledger`)).body;
/** Until the list has been asked once more. */
const look = async (id: string, ms: number) => {
  const before = (await ledgerOf(id)).lastAt;
  await clock.advance(ms);
  return until(
    "the list is asked",
    () => ledgerOf(id),
    ({ lastAt }) => lastAt !== null && lastAt !== before,
  );
};
/** What a person does in HighLevel. */
const makeContact = (email: string, firstName: string) =>
  fetch(`${house.millrace.sandbox!.url}/contacts/`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, version: "2021-07-28", "content-type": "application/json" },
    body: JSON.stringify({ locationId: acmeDental, email, firstName }),
  });
const doneRuns = async (flowId: string, wanted: number) =>
  until(
    `${wanted} runs are done`,
    async () => {
      await clock.advance(100);
      return house.runsOf(flowId);
    },
    (runs) => runs.length === wanted && runs.every(({ state }) => state === "succeeded"),
  );

const name = "Greet every new lead";
const greeting = {
  id: "task",
  app: "highlevel",
  operation: "contacts.create_task",
  connection: "acme",
  input: {
    contactId: "{{ trigger.id }}",
    title: "Greet {{ trigger.firstName }}",
    dueDate: "{{ 'now' | plus_days: 1 }}",
    assignedTo: "Dana Whitfield",
  },
};

describe("an operator", () => {
  test("begins a flow from an event of a sub-account, and sees what is still missing", async () => {
    await open("/flows");
    await page.getByRole("button", { name: "New flow" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByLabel("When").click();
    await page.getByLabel("Find a trigger").fill("contact created");
    await page.getByRole("option", { name: /Contact created/ }).click();
    await dialog.getByLabel("In", { exact: true }).selectOption({ label: "Acme Dental" });
    await dialog.getByLabel("Then").click();
    await page.getByLabel("Find an operation").fill("create contact task");
    await page.getByRole("option", { name: /Create contact task/ }).click();
    expect(await dialog.getByRole("switch", { name: "Look for lost webhooks every 15 minutes" }).isChecked()).toBe(true);
    await expectGood("operator-new-flow");
    await dialog.getByRole("button", { name: "Create flow" }).click();

    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page
      .getByText(/^To fill in: /)
      .first()
      .waitFor();
    await page.getByRole("tab", { name: "Checks 2" }).click();
    await page.getByText("2 things would make a run fail.").waitFor();
  });

  test("fills it in, publishes it, and nothing is reported any more", async () => {
    await page.getByRole("tab", { name: "JSON" }).click();
    const { id } = await flowNamed(name);
    const { definition } = (await house.api<{ definition: object }>("GET", `/flows/${id}`)).body;
    await page.getByLabel("The flow as JSON").fill(JSON.stringify({ ...definition, steps: [greeting] }));
    await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Publish flow" }).click();
    await page.getByRole("button", { name: "Pause flow" }).waitFor();
    await page.getByRole("tab", { name: "Checks", exact: true }).click();
    await page.getByText("Every field, stage, calendar and person this flow names is there.").waitFor();
    expect((await flowNamed(name)).lint).toEqual({ errors: 0, warnings: 0, troubles: [] });
    await until(
      "the list is read as it stands",
      async () => {
        await clock.advance(100);
        return ledgerOf(id);
      },
      ({ lastAt }) => lastAt !== null,
    );
  });

  test("sees what a webhook reported, and what none did", async () => {
    const { id } = await flowNamed(name);
    const { systems } = house.millrace.sandbox!;
    await makeContact("told@example.com", "Tom");
    await doneRuns(id, 1);
    systems.faults.set({ kind: "webhook_lost", route: "ContactCreate", count: 1 });
    await makeContact("lost@example.com", "Lola");
    await clock.advance(minute);
    await look(id, 15 * minute);
    await look(id, 15 * minute);
    await doneRuns(id, 2);

    await open(`/flows/${id}`);
    const deliveries = page.getByRole("region", { name: "Deliveries" });
    await deliveries.getByText("Recovered: only the check found it").waitFor();
    expect((await deliveries.getByRole("definition").allInnerTexts()).map(Number)).toEqual([1, 1, 1]);
    await expectGood("operator-ledger");

    await open("/runs");
    await page.getByRole("table").getByText("told@example.com").waitFor();
    await page.getByRole("button", { name: "Any status" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Recovered only" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("table").getByText("told@example.com").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "lost@example.com" }).waitFor();
    await expectGood("operator-recovered");
    await page.getByRole("link", { name: "lost@example.com" }).click();
    await page.getByRole("heading", { level: 1, name: "Lola" }).waitFor();
    await page.getByText("Recovered", { exact: true }).waitFor();
    await expectGood("operator-recovered-run");
  });

  test("is warned of a renamed thing before a run fails on it", async () => {
    const { id } = await flowNamed(name);
    await page.goto(`${house.millrace.sandbox!.url}/ui/records?family=users&location=${acmeDental}`);
    await page
      .getByRole("row", { name: /Dana Whitfield/ })
      .getByRole("link", { name: "Change" })
      .click();
    await page.getByRole("button", { name: "Switch off" }).click();
    await page.getByRole("row", { name: /Dana Whitfield/ }).waitFor();
    await clock.advance(2 * minute);

    await open(`/flows/${id}?tab=checks`);
    await page.getByRole("button", { name: "Check again" }).click();
    await page.getByText("1 thing would make a run fail.").waitFor();
    await page
      .getByRole("tabpanel")
      .getByText(/Dana Whitfield/)
      .first()
      .waitFor();
    await expectGood("operator-checks");
    await open("/flows");
    await page.getByRole("link", { name: "1 thing would make a run fail" }).waitFor();
    await expectGood("operator-flows");
    await open("/");
    await page.getByRole("list", { name: "Before it fails" }).getByRole("link", { name }).click();
    await page.getByText("1 thing would make a run fail.").waitFor();
  });

  test("adds an inbox, changes its address, and removes it", async () => {
    await open("/");
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Find a client, a person, a run, a flow or a page").fill("inboxes");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Inboxes" }).waitFor();
    const events = page.getByRole("table", { name: "Events of Sandbox" });
    await events
      .getByRole("row", { name: /Contact Created/ })
      .getByRole("link", { name })
      .waitFor();

    await page.getByRole("button", { name: "Add inbox" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Title").fill("Acme connector");
    await dialog.getByLabel("Client id of the app").fill("6578278e879ad2646715ba9d-lq3abcde");
    await dialog.getByText("Flows that also start from this inbox").waitFor();
    await expectGood("operator-second-inbox");
    await dialog.getByRole("checkbox", { name }).check();
    await dialog.getByRole("button", { name: "Add inbox" }).click();
    const card = page.getByRole("article", { name: "Acme connector" });
    const address = () =>
      card
        .getByText(/\/hooks\//)
        .first()
        .innerText();
    await card.getByText("6578278e879ad2646715ba9d").waitFor();
    await card.getByRole("switch").click();
    await page.getByText("The old signature is accepted when the new one is missing").waitFor();
    await card.getByText("No event has arrived yet. Follow the steps below.").waitFor();
    await card.getByRole("list").getByText("Contact Created").waitFor();
    await expectGood("operator-inboxes");

    const before = await address();
    await card.getByRole("button", { name: "More about Acme connector" }).click();
    await page.getByRole("menuitem", { name: "Change the address" }).click();
    await page.getByRole("button", { name: "Change address" }).click();
    await page.getByText("The address has changed").waitFor();
    await card.getByText(before, { exact: true }).first().waitFor({ state: "detached" });
    expect(await address()).toMatch(/\/hooks\/[\w-]{20,}/);

    await card.getByRole("button", { name: "More about Acme connector" }).click();
    await page.getByRole("menuitem", { name: "Remove inbox" }).click();
    await page.getByRole("button", { name: "Remove inbox" }).click();
    await card.waitFor({ state: "detached" });
  });

  test("reads all of it on a phone", async () => {
    await web.toPhone();
    const { id } = await flowNamed(name);
    for (const path of ["/inboxes", `/flows/${id}`, `/flows/${id}?tab=checks`, "/runs?recovered=true"]) {
      await open(path);
      await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
      await expectFits(path);
      await picture(page, `operator-phone${path.replaceAll(/\W+/g, "-").replace(id, "")}`);
    }
  });
});
