/** What the guide of Flocksy asks, by clicks alone: a test for each of its rows, against the pretend Flocksy. On a clock that the test moves. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { ConnectionView, FlowDetail } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { GuidedSetUp } from "#test/support/guided-set-up.ts";
import { until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental, users } = sandboxDefaults;
const clock = new TestClock(Date.now());
const web = webPage({ clock, expected: /401/ });
const setUp = new GuidedSetUp(web, clock);
let house: House;
let page: Page;
let sandbox: Sandbox;

beforeAll(() => {
  ({ house, page } = web);
  sandbox = house.millrace.sandbox!.systems;
  sandbox.state.search.lagMs = 0;
});

const connections = async () => (await house.api<{ connections: ConnectionView[] }>("GET", "/connections")).body.connections;
const mappingOf = (tagName: string) => sandbox.flocksy.mappings.all().filter((each) => each.tagName === tagName);
const refreshed = () => sandbox.flocksy.campaigns.all().flatMap(({ name, refreshedAt }) => (refreshedAt === null ? [] : [name]));

/** A key of HighLevel that may only read the social planner's tags. */
async function connectHighLevel(): Promise<void> {
  const { accessToken } = sandbox.issueToken({ locationId: acmeDental, scopes: ["socialplanner/tag.readonly"] });
  await page.getByLabel("Name", { exact: true }).first().fill("Acme Dental");
  await page.getByLabel("Sub-account id").fill(acmeDental);
  await page.getByLabel("Token", { exact: true }).fill(accessToken);
  await page.getByText("Another address of the API").click();
  await page.getByLabel("Base address").first().fill(house.millrace.sandbox!.url);
}

test("F1, F8: Flocksy is allowed at its own page with the scopes that are ticked, read and write apart, and both logins are tested", async () => {
  await web.open("/connections");
  await page.getByRole("button", { name: "Add connection" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("App", { exact: true }).selectOption({ label: "Flocksy" });
  await dialog.getByLabel("How to log in").selectOption({ label: "Sign in at Flocksy" });
  const { client } = sandbox.flocksy.logins;
  await dialog.getByLabel("Client id").fill(client.id);
  await dialog.getByLabel("Client secret").fill(client.secret);
  await dialog.getByLabel("Base address").fill(`${house.millrace.sandbox!.url}/flocksy`);
  for (const name of [
    "Read tags",
    "Change tags",
    "Change campaigns",
    "Change metrics",
    "Change profiles",
    "Read profiles",
    "Change webhooks",
  ])
    await dialog.getByRole("checkbox", { name, exact: true }).check();
  await web.expectGood("flocksy-consent-ask");
  await dialog.getByRole("button", { name: "Continue at Flocksy" }).click();
  await page.getByRole("heading", { name: "Access to Flocksy" }).waitFor();
  await page.getByRole("checkbox", { name: "profiles.readonly" }).uncheck();
  await page.getByRole("button", { name: "Allow access" }).click();
  await page.getByRole("article", { name: "Flocksy" }).getByText("Connected", { exact: true }).waitFor();
  const scopes = ["campaigns.write", "metrics.write", "profiles.write", "tags.readonly", "tags.write", "webhooks.write"];
  expect(await connections()).toMatchObject([{ app: "flocksy", auth: "oauth2", scopes: expect.arrayContaining(scopes) }]);
  expect((await connections())[0]!.scopes).not.toContain("profiles.readonly");
});

test("F2: a new tag of HighLevel has its mapping in Flocksy, by a key that may read the social planner's tags alone, and its campaigns are refreshed", async () => {
  const flow = await setUp.install("social-tags-to-flocksy", {
    name: "Social tags to Flocksy",
    async connect() {
      await page.getByText("socialplanner/tag.readonly").first().waitFor();
      await connectHighLevel();
      await page.getByRole("button", { name: "Test and add" }).first().click();
      await page.getByText("Connected", { exact: true }).nth(1).waitFor();
    },
  });
  const [tag] = sandbox.state.socialTags.inLocation(acmeDental);
  sandbox.state.socialTags.put({ ...tag!, id: "66c2a1b3d4e5f6a7b8c9d999", tag: "vip" });
  expect(await setUp.finish(flow)).toEqual([]);
  expect(mappingOf("vip")).toMatchObject([{ locationId: acmeDental, tagId: "66c2a1b3d4e5f6a7b8c9d999", details: expect.any(String) }]);
  expect(refreshed()).toEqual(["Spring visits"]);
});

test("F2: a tag that is new in Flocksy goes back to HighLevel, and the mapping says which it is; what Flocksy did not sign is refused", async () => {
  await allowEverything();
  const flow = await setUp.install("flocksy-tag-to-highlevel", { name: "Tags from Flocksy" });
  await told(flow);
  const forged = { id: "fevt_1", event: "tag.changed", tag: { id: "t", name: "forged" } };
  expect((await fetch(flow.trigger.hookUrl!, { method: "POST", body: JSON.stringify(forged) })).status).toBe(401);
  sandbox.flocksy.upsertTag({ name: "Platinum", colour: "#888888", description: "Rare" });
  expect(await setUp.finish(flow)).toEqual([]);
  const [made] = sandbox.state.tags.inLocation(acmeDental).filter(({ name }) => name === "platinum");
  expect(mappingOf("platinum")).toMatchObject([{ tagId: made!.id, details: "Rare" }]);
});

test("F4: a changed user of HighLevel has an enriched profile in Flocksy, in its segments, and their campaigns are refreshed", async () => {
  const flow = await setUp.install("users-to-flocksy", { name: "Users to Flocksy" });
  sandbox.state.tags.put({ id: "tagTeamOfAcmeDental1", locationId: acmeDental, name: "team" });
  sandbox.state.users.put({ ...sandbox.state.users.get(users.desk)!, firstName: "Marc" });
  expect(await setUp.finish(flow)).toEqual([]);
  expect(sandbox.flocksy.profiles.all()).toMatchObject([
    { userId: users.desk, locationId: acmeDental, name: "Marc Reyes", segments: ["Team"], tagIds: ["tagTeamOfAcmeDental1"] },
  ]);
  expect(refreshed()).toContain("Monthly letter");
});

// The last, because a day ends the sign-in.
test("F3, F9: statistics are in Flocksy's dashboard when it asks and every day, and the same again is one value", async () => {
  const wanted = await setUp.install("wanted-metric-to-flocksy", { name: "Wanted metrics to Flocksy" });
  const daily = await setUp.install("statistics-to-flocksy", { name: "Statistics to Flocksy", texts: { Metrics: "posts, likes" } });
  const values = () => sandbox.flocksy.metrics.all().map(({ metricId, locationId }) => [metricId, locationId]);
  const metric = { metricId: "followers", date: "2026-11-29", locationId: acmeDental };
  await told(wanted);
  for (let i = 0; i < 2; i++) {
    sandbox.flocksy.wantMetric(metric);
    await clock.advance(0);
    await sandbox.flocksy.hooks.settled();
    expect(await setUp.finish(wanted)).toEqual([]);
  }
  expect([values(), sandbox.flocksy.wanted.size]).toEqual([[["followers", acmeDental]], 0]);
  await clock.advance(86_400_000);
  expect(await setUp.finish(daily)).toEqual([]);
  expect(values().map(([name]) => name)).toEqual(expect.arrayContaining(["posts", "likes"]));
});

/** Flocksy is told the address of a flow by the flow's going live. */
const told = ({ trigger }: FlowDetail) =>
  until(
    "Flocksy knows the address",
    async () => {
      await clock.advance(1_000);
      return sandbox.flocksy.hooks.list();
    },
    (all) => all.some(({ url }) => url === trigger.hookUrl),
  );

/** The same connection with a key that may do everything: what the other templates need. */
async function allowEverything(): Promise<void> {
  const { id } = (await connections()).find(({ app }) => app === "highlevel")!;
  const secret = { token: sandbox.issueToken({ locationId: acmeDental }).accessToken };
  expect((await house.api("PATCH", `/connections/${id}`, { secret })).status).toBe(200);
}
