/**
 * Whole flows, from New flow to a run that is seen, by clicks alone and by the keyboard alone: no JSON, and no call of the API for anything
 * that a person would do. On a clock that the test moves.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { FlowView } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { picture } from "#test/support/browser.ts";
import { CustomerApp } from "#test/support/customer-app.ts";
import { data, type FlowBuilder, flowBuilder } from "#test/support/flow-builder.ts";
import { byClicks, byKeys } from "#test/support/hands.ts";
import { connectAcme, post, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const hour = 3_600_000;
const clock = new TestClock(Date.now());
let passing = Promise.resolve();
/** Lets time pass. */
const pass = (ms: number) => (passing = passing.then(() => clock.advance(ms)));
let isOver = false;
/** While a person works, time passes too, ten times as fast: the quota of a sub-account would be used up otherwise. */
async function timeGoesOn(): Promise<void> {
  while (!isOver) {
    await pass(2_000);
    await sleep(200);
  }
}
const app = new CustomerApp();

const web = webPage({ clock, env: app.open });
let house: House;
let page: Page;
let sandbox: Sandbox;
beforeAll(async () => {
  ({ house, page } = web);
  sandbox = house.millrace.sandbox!.systems;
  sandbox.state.search.lagMs = 0;
  await connectAcme(house.millrace);
  void timeGoesOn();
});
/** What has been seen need not go on: hours pass in the next scenario, and each flow that looks for news would have to look all the while. */
afterEach(async () => {
  const { flows } = (await house.api<{ flows: FlowView[] }>("GET", "/flows")).body;
  for (const { id, status } of flows) if (status === "on") await house.api("POST", `/flows/${id}/pause`);
});
afterAll(() => {
  isOver = true;
  app.close();
});

const flowNamed = async (name: string) =>
  (await house.api<{ flows: FlowView[] }>("GET", "/flows")).body.flows.find((flow) => flow.name === name)!;
/** Lets time pass in which the page asks for something, as it does while it is open: a session that nobody uses ends after hours. */
async function passOnPage(ms: number): Promise<void> {
  await pass(ms);
  await page.evaluate(() => fetch("/api/v1/overview", { headers: { "x-millrace": "1" } }));
}

/** Lets time pass until the runs of the flow are over. */
const finished = (flowId: string, runs = 1, ms = 60_000) =>
  until(
    "its runs are over",
    async () => {
      await passOnPage(ms);
      return house.runsOf(flowId);
    },
    (all) => all.length >= runs && all.every(({ finishedAt }) => finishedAt !== null),
  );

/** Until the list has been looked at once more: what is tagged after it is news. */
async function looked(name: string): Promise<void> {
  const before = (await flowNamed(name)).trigger.lastAt;
  await until(
    "the next look",
    async () => {
      await pass(60_000);
      return flowNamed(name);
    },
    ({ trigger }) => trigger.lastAt !== null && trigger.lastAt !== before,
  );
}
/** What somebody does in HighLevel, in the sub-account that is connected. */
function tagged(tag: string) {
  const ofAcme = sandbox.state.contacts.inLocation(sandboxDefaults.acmeDental);
  const found = ofAcme.find(({ email, firstName, tags }) => email && firstName && !tags.includes(tag))!;
  sandbox.state.saveContact({ ...found, tags: [...found.tags, tag], dateUpdated: clock.now() });
  return found;
}

describe.each([
  ["clicks", byClicks],
  ["keys", byKeys],
] as const)("by %s alone", (way, handsOf) => {
  let flow: FlowBuilder;
  beforeAll(() => void (flow = flowBuilder(page, handsOf(page))));

  test("an answer of SightMill becomes a contact, with a tag by its score, a note, and a task if it is bad", async () => {
    const name = `Answers, by ${way}`;
    await web.open("/");
    await flow.begin(name, "survey answer", /Survey answer received/);
    await flow.create();
    await flow.add("as the first", "create or update contact", /^Create or update contact \(adds/);
    await flow.addCustomField("net", "Net promoter score", data("score"));
    await flow.add("after step 1", "if", /^Branch/);
    await flow.condition(data("score"), "is at least", "9");
    await flow.add("inside step 2, if so", "add tag", /^Add tags to contact/);
    await flow.choose(/^Tags/, "promoter", /promoter/);
    await flow.add("inside step 2, otherwise", "add tag", /^Add tags to contact/);
    await flow.choose(/^Tags/, "to win back", /to win back/);
    await flow.add("after step 2", "note", /^Create contact note/);
    await flow.fill("Text", "Answered ", data("score"), " of 10: ", data("comment"));
    await flow.add("after step 3", "if", /^Branch/);
    await flow.condition(data("score"), "is at most", "6");
    await flow.add("inside step 4, if so", "task", /^Create contact task/);
    await flow.fill("Title", "Call ", data("first name"));
    await flow.count(/^Due/, 2);
    await picture(page, `scenario-answers-${way}`);
    await flow.publish();
    await flow.reads(/if the score is at most 6, create contact task/);

    const { id, trigger } = await flowNamed(name);
    const email = `una-${way}@example.com`;
    await post(trigger.hookUrl!, JSON.stringify({ email, firstname: "Una", surname: "Fair", score: 2, comment: "Nobody called" }));
    await finished(id);
    await flow.seeRun("Success");
    const contact = sandbox.state.contacts.all().find((one) => one.email === email)!;
    expect(contact.tags).toContain("to win back");
    const ofContact = <T extends { contactId?: string | undefined }>(rows: readonly T[]) =>
      rows.filter(({ contactId }) => contactId === contact.id);
    expect(ofContact(sandbox.state.notes.all())).toMatchObject([{ body: "Answered 2 of 10: Nobody called" }]);
    expect(ofContact(sandbox.state.tasks.all())).toMatchObject([{ title: "Call Una" }]);
  });

  test("a person starts a loop over contacts, which fills in a custom field by its name and waits", async () => {
    const name = `Segments, by ${way}`;
    await web.open("/");
    await flow.begin(name, "by hand", /Started by hand/);
    await flow.create();
    await flow.add("as the first", "search contacts", /^Search contacts/);
    await flow.fill("Words to look for", "example.net");
    await flow.add("after step 1", "loop", /^Loop/);
    await flow.add("inside step 2", "update contact", /^Update contact/);
    await flow.addCustomField("answer", "Last survey answer", `Asked by ${way}`);
    await flow.add("after step 2.1", "delay", /^Wait/);
    await flow.count(/^For/, 2);
    await page
      .getByRole("button", { name: /Wait 2 hours/ })
      .first()
      .waitFor();
    await picture(page, `scenario-loop-${way}`);
    await flow.publish();
    await flow.reads(/for each of .*, update contact and wait/);

    const { id } = await flowNamed(name);
    await flow.press("Run now");
    await page
      .getByRole("heading", { name: "Steps" })
      .or(page.getByRole("navigation", { name: "Steps of the run" }))
      .first()
      .waitFor();
    await finished(id, 1, 2 * hour);
    await page.getByText("Success", { exact: true }).first().waitFor();
    const contacts = sandbox.state.contacts.inLocation(sandboxDefaults.acmeDental);
    const found = contacts.filter(({ email }) => email?.includes("example.net") === true);
    const asked = contacts.filter(({ customFields }) => JSON.stringify(customFields).includes(`Asked by ${way}`));
    expect(found.length).toBeGreaterThan(1);
    expect(asked).toEqual(found);
  });

  test("a template is set up, and changed afterwards", async () => {
    const name = `Gold to us, by ${way}`;
    await web.open("/");
    await flow.goTo("Templates");
    await flow.openTemplate("vip endpoint", /When a tag is added to a contact who has an e-mail address/);
    await flow.press("Set up this flow");
    await flow.press("Continue");
    await flow.write("Address to send to", app.address);
    await flow.write("Name of the flow", name);
    await flow.press("Continue");
    await page.getByText(/It would make 1 change/).waitFor();
    await flow.press("Go live");
    await page.getByRole("button", { name: "Pause flow" }).waitFor();
    await flow.press(/^\d Send/);
    await flow.addValue("Data to send", 4, "sender", way);
    await picture(page, `scenario-template-${way}`);
    await flow.publishChanges();

    const { id } = await flowNamed(name);
    await looked(name);
    const person = tagged("gold");
    await finished(id);
    await flow.seeRun("Success");
    expect(app.received.at(-1)).toMatchObject({ email: person.email!.toLowerCase(), sender: way });
  });

  test("every morning, statistics go to an address", async () => {
    const name = `Statistics, by ${way}`;
    await web.open("/");
    await flow.begin(name, "every morning", /Schedule/);
    await flow.create();
    await flow.add("as the first", "statistics", /^Get social planner statistics/);
    await flow.choose(/^Profiles/, "acme", /^Acme Dental/);
    await flow.add("after step 1", "http request", /^Send data to a web address/);
    await flow.fill("Address", app.address);
    await flow.addValue("Data to send", 1, "totals", data("totals"));
    await picture(page, `scenario-statistics-${way}`);
    await flow.publish();
    await flow.reads(/every day at 09:00, then get social planner statistics and send data to a web address/i);

    await finished((await flowNamed(name)).id, 1, 4 * hour);
    await flow.seeRun("Success");
    expect(app.received.at(-1)).toMatchObject({ totals: { posts: expect.any(Number) } });
  });

  test("the tag gold on a contact with an e-mail address goes to an address, in three fields", async () => {
    const name = `Gold, by ${way}`;
    await web.open("/");
    await flow.begin(name, "tag added", /^Tag added/);
    await flow.setTag(way);
    await flow.create();
    await flow.add("as the first", "only continue", /^Filter/);
    await flow.condition(data("email", /^E-mail/));
    await flow.add("after step 1", "http request", /^Send data to a web address/);
    await flow.fill("Address", app.address);
    await flow.addValue("Data to send", 1, "email", data("email", /^E-mail/));
    await flow.addValue("Data to send", 2, "name", data("first name"), " ", data("last name"));
    await flow.addValue("Data to send", 3, "tag", way);
    await picture(page, `scenario-gold-${way}`);
    await flow.publish();

    const { id } = await flowNamed(name);
    await looked(name);
    const { email, firstName, lastName } = tagged(way);
    await finished(id);
    await flow.seeRun("Success");
    expect(app.received.at(-1)).toEqual({ email, name: `${firstName} ${lastName}`, tag: way });
  });
});
