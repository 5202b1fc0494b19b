/** Segments, as the guides ask for them (S6, F4, F5): named by clicks, used in a flow, and followed by a campaign. On a clock that the test moves. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { FlowDetail, FlowView, RunList } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { connectAcme, post, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";
import { contactAt } from "#test/triggers/watched/contacts.ts";

const clock = new TestClock(Date.now());
const web = webPage({ clock });
const { open, expectGood, expectGoodOnPhone } = web;
let house: House;
let page: Page;
let sandbox: Sandbox;

beforeAll(async () => {
  ({ house, page } = web);
  sandbox = house.millrace.sandbox!.systems;
  sandbox.state.search.lagMs = 0;
  await connectAcme(house.millrace);
  save("una", { firstName: "Una", lastName: "Fair", email: "una@mill.example", city: "Berlin", tags: ["mill promoter"] });
  save("ada", { firstName: "Ada", lastName: "Byron", email: "ada@mill.example", city: "London", tags: ["mill promoter"] });
});

const save = (id: string, more: object) =>
  sandbox.state.saveContact({
    ...(sandbox.state.contacts.get(id) ?? contactAt(id, 1, clock.now(), {})),
    ...more,
    dateUpdated: clock.now(),
  });
const flowNamed = async (name: string): Promise<FlowDetail> => {
  const { flows } = (await house.api<{ flows: FlowView[] }>("GET", "/flows")).body;
  return (await house.api<FlowDetail>("GET", `/flows/${flows.find((flow) => flow.name === name)!.id}`)).body;
};
const finished = (flowId: string, count: number) =>
  until(
    "the runs are over",
    async () => {
      await clock.advance(60_000);
      return (await house.api<RunList>("GET", `/runs?flow=${flowId}`)).body.runs;
    },
    (runs) => runs.length === count && runs.every(({ finishedAt }) => finishedAt !== null),
  );

/** Chooses a field in the row that has none yet. */
async function chooseField(words: string, label: RegExp): Promise<void> {
  await page.getByRole("button", { name: "Field", exact: true }).last().click();
  await page.getByLabel("Find a field by name or value").fill(words);
  await page.getByRole("option", { name: label }).first().click();
}

test("F5: a segment is named by clicks, and says at once who of the contacts is in it", async () => {
  await open("/rules?new=segment");
  await page.getByLabel("Title").fill("Promoters in Berlin");
  await page.getByText("No condition yet.").waitFor();
  await chooseField("tags", /^Tags/);
  await page.getByLabel("Comparison").selectOption({ label: "contains" });
  await page.getByLabel("Value", { exact: true }).fill("mill promoter");
  await page
    .getByLabel("Who is in it now")
    .getByText(/Una Fair and Ada Byron|Ada Byron and Una Fair/)
    .waitFor();
  await page.getByRole("button", { name: "Add a condition" }).click();
  await chooseField("city", /^City/);
  await page.getByLabel("Comparison").last().selectOption({ label: "is" });
  await page.getByLabel("Value", { exact: true }).last().fill("Berlin");
  await page.getByText("The tags contain 'mill promoter' and the city is 'Berlin'.").waitFor();
  const counted = page.getByLabel("Who is in it now");
  await counted.getByText(/^1 of the last \d+ contacts is in it\./).waitFor();
  await counted.getByText("Una Fair").waitFor();
  await expectGoodOnPhone("segment-new");
  await page.getByRole("button", { name: "Add segment" }).click();
  await page.getByRole("region", { name: "Segments" }).getByRole("link", { name: "Promoters in Berlin" }).waitFor();
  const { body } = await house.api<{ definition: object }>("GET", "/rules/promoters-in-berlin");
  expect(body.definition).toEqual({
    title: "Promoters in Berlin",
    kind: "segment",
    if: "person.tags contains 'mill promoter' and person.city == 'Berlin'",
  });
});

test("S6: a flow goes on only for people in the segment", async () => {
  const { id, trigger } = (
    await house.api<FlowDetail>("POST", "/flows", { name: "Berlin only", trigger: { app: "http", operation: "webhook" }, steps: [] })
  ).body;
  await post(trigger.hookUrl!, JSON.stringify({ email: "una@mill.example", tags: ["mill promoter"], city: "Berlin" }));
  await open(`/flows/${id}`);
  await page.getByRole("button", { name: "Add a step as the first" }).click();
  await page
    .getByRole("option", { name: /^Filter/ })
    .first()
    .click();
  await chooseField("whole event", /The whole event/);
  await page.getByLabel("Comparison").selectOption({ label: "is in the segment" });
  await page.getByLabel("Segment", { exact: true }).selectOption({ label: "Promoters in Berlin" });
  await page.getByText("The event is in the segment 'Promoters in Berlin'.").first().waitFor();
  await page.getByRole("img", { name: "Passes" }).first().waitFor();
  await expectGood("segment-condition");
  await page.getByRole("button", { name: "Publish flow" }).click();
  await until(
    "it is published",
    () => flowNamed("Berlin only"),
    ({ version }) => version === 1,
  );
  expect((await flowNamed("Berlin only")).definition.steps).toMatchObject([{ filter: "(trigger | in_segment: 'promoters-in-berlin')" }]);
  for (const city of ["Berlin", "London"])
    await post(trigger.hookUrl!, JSON.stringify({ email: `${city}@mill.example`, tags: "mill promoter, lead", city }));
  const runs = await finished(id, 2);
  expect(runs.map(({ state }) => state).sort()).toEqual(["filtered", "succeeded"]);
  await open("/rules/promoters-in-berlin");
  await page.getByText("Changes count at once in 'Berlin only'.").waitFor();
  await expectGood("segment-used");
});

test("S6: a tag brings somebody into the segment, and the campaign begins for that person alone", async () => {
  await open("/templates?q=brings+into+segment");
  await page.getByRole("link", { name: /When a tag brings a contact into a segment/ }).click();
  await page.getByRole("button", { name: "Set up this flow" }).click();
  const goOn = () => page.getByRole("button", { name: "Continue" }).click();
  await goOn();
  await page.getByLabel("Segment").selectOption({ label: "Promoters in Berlin" });
  await page.getByRole("button", { name: /^Workflow/ }).click();
  await page.getByRole("option", { name: "Recall after six months" }).click();
  await expectGoodOnPhone("segment-set-up");
  await goOn();
  await page.getByRole("button", { name: "Go live", exact: true }).click();
  await page.getByRole("button", { name: "Pause flow" }).waitFor();
  const flow = await flowNamed("Campaign by segment");
  await until(
    "the first look",
    async () => {
      await clock.advance(60_000);
      return flowNamed("Campaign by segment");
    },
    ({ trigger }) => trigger.lastAt !== null,
  );
  save("eve", { email: "eve@mill.example", city: "Berlin", tags: ["mill promoter"] });
  save("una", { tags: ["mill promoter", "vip"] }); // in it before
  save("ada", { tags: ["mill promoter", "vip"] }); // not in Berlin
  const runs = await finished(flow.id, 3);
  expect(runs.map(({ state }) => state).sort()).toEqual(["filtered", "filtered", "succeeded"]);
  const enrolled = sandbox.state.contacts.all().filter(({ workflows }) => workflows.includes(sandboxDefaults.workflows.recall));
  expect(enrolled.map(({ id }) => id)).toEqual(["eve"]);
});
