/** What the guide of an app of one's own asks, by clicks: a test for each of its rows, against the pretend one. On a clock that the test moves. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { ConnectionView, FlowDetail } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { GuidedSetUp } from "#test/support/guided-set-up.ts";
import { connectAcme, until } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental } = sandboxDefaults;
const clock = new TestClock(Date.now());
const web = webPage({ clock, expected: /401/ });
const setUp = new GuidedSetUp(web, clock);
let sandbox: Sandbox;
let address: string;

beforeAll(async () => {
  const { millrace } = web.house;
  sandbox = millrace.sandbox!.systems;
  sandbox.state.search.lagMs = 0;
  address = `${millrace.sandbox!.url}/your-app`;
  await connectAcme(millrace);
});

/** The login of the app itself, in place of that of an address. */
const connect = async (page: Page) => {
  await page.getByLabel("Connection of Login of the address").selectOption({ label: "Our app (Your App)" });
};
/** The operation that receives what the template sends. The one with the most fields for it is chosen already. */
const chosen = (title: string) => async (page: Page) => {
  const operation = page.getByLabel("Operation of Your App");
  expect(await operation.locator("option:checked").textContent()).toBe(title);
};

/** Its document as it was before it had charts. */
async function olderDocument(): Promise<Buffer> {
  const document = (await (await fetch(`${address}/openapi.json`)).json()) as { info: object; paths: Record<string, unknown> };
  const { "/charts/{metric}": _, ...paths } = document.paths;
  return Buffer.from(JSON.stringify({ ...document, info: { ...document.info, version: "0.9.0" }, paths }));
}
const ownOperations = async () =>
  (await web.house.api<{ definition: { operations: { id: string; path: string }[] } }>("GET", "/apps/your-app")).body.definition.operations;

test("Y1: it is made of its own document, and logs in with a client id and secret that nobody sees again", async () => {
  const { house, page } = web;
  await web.open("/apps/new?by=document");
  const buffer = await olderDocument();
  await page.getByLabel("Choose a file").setInputFiles({ name: "your-app.json", mimeType: "application/json", buffer });
  await page.getByText("13 operations of 13 ticked").waitFor();
  expect(await page.getByLabel("What the app is called").inputValue()).toBe("Your App");
  await page.getByRole("button", { name: "Add 13 operations" }).click();
  await page.getByRole("tab", { name: "App", exact: true }).click();
  await page.getByLabel("Operation to call").selectOption({ label: "List tag details" });
  await page.getByRole("button", { name: "Save app" }).first().click();
  await page.getByText("Version 1 is saved").waitFor();

  await web.open("/connections");
  await page.getByRole("button", { name: "Add connection" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("App", { exact: true }).selectOption({ label: "Your App" });
  await dialog.getByLabel("Name", { exact: true }).fill("Our app");
  const { client } = sandbox.yourApp.logins;
  await dialog.getByLabel("Client id").fill(client.id);
  await dialog.getByLabel("Client secret").fill(client.secret);
  await dialog.getByRole("button", { name: "Test and add" }).click();
  await page.getByText("Our app is connected").waitFor();
  const { connections } = (await house.api<{ connections: ConnectionView[] }>("GET", "/connections")).body;
  expect(connections.find(({ app }) => app === "your-app")).toMatchObject({ auth: "client", status: "connected" });
  expect(JSON.stringify(connections)).not.toContain(client.secret);
});

test("Y5: it grows by the endpoints of its newer document, which is read at its address", async () => {
  const { house, page } = web;
  await web.open("/apps/your-app");
  await page.getByRole("button", { name: /^More about/ }).click();
  await page.getByRole("menuitem", { name: "Add from a document or request" }).click();
  await page.getByLabel("Or its address").fill(`${address}/openapi.json`);
  await page.getByRole("button", { name: "Read the document" }).click();
  await page.getByText("13 operations of 14 ticked").waitFor();
  await page.getByRole("checkbox", { name: "All operations" }).check();
  await page.getByRole("button", { name: "See what replacing changes" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Replace", exact: true }).click();
  await page.getByText("Version 2 is saved").waitFor();

  const chart = (await ownOperations()).find(({ path }) => path === "/charts/{metric}")!;
  sandbox.yourApp.addStatistics({ locationId: acmeDental, timestamp: "2026-11-30T07:00:00Z", statistics: { posts: 3 } }, undefined);
  const asked = { connection: "our-app", input: { metric: "posts" } };
  const answer = await house.api<{ output: unknown }>("POST", `/operations/your-app.${encodeURIComponent(chart.id)}`, asked);
  expect(answer.body.output).toMatchObject({ metric: "posts", points: [{ value: 3 }] });
});

test("Y3: it is told the address of a flow, and what it did not sign is refused, as the forms say after the import", async () => {
  const { house, page } = web;
  await web.open("/apps/your-app?tab=triggers");
  await page.getByLabel("Verification", { exact: true }).selectOption({ label: "Signature (HMAC)" });
  await page.getByLabel("Header of the signature").fill("X-Your-App-Signature");
  await page.getByLabel("Prefix", { exact: true }).fill("sha256=");
  await page.getByLabel("Registered by").selectOption({ label: "Register a webhook" });
  await page.getByLabel("Where the secret comes from").selectOption({ label: "The app gives it when the address is registered" });
  await web.expectGood("your-app-registers");
  await page.getByRole("tab", { name: /^Operations/ }).click();
  await page.getByText("List statistics").first().click();
  await page.getByLabel("Path of the next address in the answer").waitFor();
  await web.expectGood("your-app-next-page");
  await page.getByRole("tab", { name: /^Triggers/ }).click();
  expect(await page.getByText("was saved elsewhere").count()).toBe(0); // the import of the newer document was our own
  await page.getByRole("button", { name: "Save app" }).first().click();
  await page.getByText("Version 3 is saved").waitFor();

  const trigger = { app: "your-app", operation: "tag_detail.changed", connection: "our-app" };
  const steps = [{ id: "kept", format: { name: "{{ trigger.tagDetail.name }}" } }];
  const { id } = (await house.api<FlowDetail>("POST", "/flows", { name: "Told by itself", trigger, steps })).body;
  await house.api("POST", `/flows/${id}/publish`, {});
  const { hookUrl } = (await house.api<FlowDetail>("GET", `/flows/${id}`)).body.trigger;
  const [hook] = await until(
    "the app knows the address",
    movedOn(() => sandbox.yourApp.hooks.list()),
    (all) => all.length > 0,
  );
  expect(hook).toMatchObject({ url: hookUrl, events: ["tagDetail.changed"] });
  expect((await fetch(hookUrl!, { method: "POST", body: JSON.stringify({ id: "evt_1", event: "tagDetail.changed" }) })).status).toBe(401);
  sandbox.yourApp.saveDetail({ locationId: acmeDental, tagId: "t0", name: "Bronze", colour: "#cd7f32", description: "Third best" });
  expect(await setUp.finish({ id })).toEqual([]);
  await house.api("DELETE", `/flows/${id}`);
  await until(
    "the app is told that it is over",
    movedOn(() => sandbox.yourApp.hooks.list()),
    (all) => all.length === 0,
  );
});

/** Reads something again and again while the clock goes on. */
const movedOn =
  <T>(look: () => T) =>
  async () => {
    await clock.advance(1_000);
    return look();
  };

test("Y2: when the tags of a sub-account change, the newest tags are in the app, with the sub-account and the time", async () => {
  const flow = await setUp.install("newest-tags-to-your-app", {
    name: "Newest tags to your app",
    connect,
    choose: chosen("Replace the tags of a sub-account"),
  });
  sandbox.state.tags.put({ id: "tagBrandNewest00001", locationId: acmeDental, name: "brand newest" });
  expect(await setUp.finish(flow)).toEqual([]);
  const { tags, timestamp } = sandbox.yourApp.tags.get(acmeDental)!;
  expect(tags).toContainEqual({ id: "tagBrandNewest00001", name: "brand newest" });
  expect(Number.isNaN(Date.parse(timestamp))).toBe(false);
});

test("Y3: new tag details of the app are in HighLevel, and the app is told that they arrived", async () => {
  const flow = await setUp.install("tag-details-from-your-app", {
    name: "Tag details from your app",
    connect,
    choose: async (page) => {
      await page.getByLabel("Operation of Your App").selectOption({ label: "Confirm that a tag detail arrived" });
      await web.expectGoodOnPhone("your-app-receives");
    },
  });
  sandbox.yourApp.hooks.subscribe(flow.trigger.hookUrl!, ["tagDetail.changed"]);
  const about = { locationId: acmeDental, tagId: "t1", name: "Silver", colour: "#c0c0c0", description: "Second best" };
  const { id } = sandbox.yourApp.saveDetail(about);
  expect(await setUp.finish(flow)).toEqual([]);
  expect(sandbox.state.tags.inLocation(acmeDental).filter(({ name }) => name === "silver")).toHaveLength(1);
  expect(sandbox.yourApp.details.get(id)!.confirmedAt).not.toBeNull();
});

// The last, because a day ends the sign-in.
test("Y4: statistics come every day and at once when the app asks, and its chart is made of them", async () => {
  const choose = chosen("Send statistics");
  const daily = await setUp.install("statistics-every-morning", { name: "Statistics every morning", connect, choose });
  const asked = await setUp.install("statistics-on-request", { name: "Statistics on request", connect, choose });
  sandbox.yourApp.hooks.subscribe(asked.trigger.hookUrl!, ["statistics.requested"]);
  sandbox.yourApp.askForStatistics(acmeDental);
  expect(await setUp.finish(asked)).toEqual([]);
  await clock.advance(86_400_000);
  expect(await setUp.finish(daily)).toEqual([]);
  expect(sandbox.yourApp.chart("likes", acmeDental).length).toBeGreaterThanOrEqual(2);
});
