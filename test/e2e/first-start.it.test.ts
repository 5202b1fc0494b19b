/** What a person meets who has just typed `npm start` on an empty folder. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { FlowView, Overview } from "#api/schemas.ts";
import { barriers, openBrowser, openPage, picture } from "#test/support/browser.ts";
import { millraceProcess, openRuns, post, runsOf, until, type MillraceProcess } from "#test/support/millrace.ts";

let millrace: MillraceProcess;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  millrace = await millraceProcess({ args: [] });
  await millrace.start();
  browser = await openBrowser();
  ({ page, complaints } = await openPage(browser));
  await until("the example flow has run on its sample events", 30_000, async () => (await runsOf(millrace, "&state=succeeded")).length > 0);
  await until("every sample event reaches its end", 40_000, async () => (await openRuns(millrace)) === 0);
});
afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await millrace?.remove();
});

const open = async (path: string) => {
  await page.goto(millrace.origin + path);
  await page.getByRole("heading", { level: 1 }).waitFor();
};
const heading = () => page.getByRole("heading", { level: 1 }).innerText();
const newestRun = async () => (await runsOf(millrace, "&state=succeeded"))[0]!;

async function expectGood(name: string): Promise<void> {
  await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
  await picture(page, name);
  expect(await barriers(page)).toEqual([]);
}

describe("after the first start", () => {
  test("the link that the start printed signs the browser in, once, and the page leads to every part", async () => {
    const link = /^ {2}(http:\S+#open=\S+)$/m.exec(millrace.log())![1]!;
    await page.goto(link);
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(page.url()).toBe(`${millrace.origin}/`);
    const main = page.getByRole("navigation", { name: "Main" }).first();
    for (const place of ["Flows", "Runs", "Needs attention", "Connections", "Apps & operations"]) {
      await main.getByRole("link", { name: place }).click();
      await page.getByRole("heading", { level: 1, name: place }).waitFor();
      await expectGood(place.toLowerCase().replaceAll(/\W+/g, "-"));
    }
    await open("/");
    await expectGood("home");
  });

  test("the example flow is on, says what it does, and shows its steps", async () => {
    await open("/flows");
    await page.getByRole("main").getByRole("table").getByRole("link").first().click();
    await page.getByRole("button", { name: /^When / }).waitFor();
    await page.getByRole("button", { name: "Add a step before step 1", exact: true }).waitFor();
    await expectGood("flow");
  });

  test("a run shows each step's input, request, answer and attempts", async () => {
    const run = await newestRun();
    await open("/runs");
    await page.getByRole("table").getByRole("link", { name: run.person! }).first().click();
    const steps = page.getByRole("navigation", { name: "Steps of the run" });
    await steps
      .getByRole("link", { name: /contact/i })
      .first()
      .click();
    await page.getByRole("heading", { name: "Input" }).waitFor();
    const exchange = page.locator("summary", { hasText: /^(POST|PUT)/ }).first();
    await exchange.click();
    await page.locator("details[open]").getByText("Sent").first().waitFor();
    await page.locator("details[open]").getByText("Received").first().waitFor();
    await expectGood("run");
  });

  test("a run is replayed from its page, and the new run is shown", async () => {
    const run = await newestRun();
    await open(`/runs/${run.id}`);
    await page.getByRole("button", { name: "Replay run" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("From the start").waitFor();
    expect(await dialog.getByText("From the step that failed").count()).toBe(0); // nothing failed
    await picture(page, "replay");
    await dialog.getByRole("button", { name: "Replay 1 run" }).click();
    await page.getByText("This replays").waitFor();
    await until("the replay reaches its end", 20_000, async () => (await openRuns(millrace)) === 0);
    expect((await runsOf(millrace, "&state=succeeded")).some((other) => other.replayOf === run.id)).toBe(true);
  });

  test("a dry run shows what would change and changes nothing", async () => {
    const flow = await exampleFlow();
    const { origin } = new URL((await millrace.api<Overview>("GET", "/overview")).sandboxUrl!);
    const contacts = async () =>
      ((await (await fetch(`${origin}/sandbox/state`)).json()) as { counts: { contacts: number } }).counts.contacts;
    const before = await contacts();
    await open(`/flows/${flow.id}`);
    await page.getByRole("button", { name: "Dry run" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Paste JSON").click();
    await dialog.getByRole("textbox").fill(JSON.stringify({ ...(await newestPayload(flow)), email: "grace.hopper@example.com" }));
    await dialog.getByRole("button", { name: "Run dry" }).click();
    await dialog
      .getByText(/Would (create|update|link)/)
      .first()
      .waitFor();
    await picture(page, "dry-run");
    expect(await barriers(page)).toEqual([]);
    expect(await contacts()).toBe(before);
  });

  test("the same event posted twice makes one run, and the second answer says so", async () => {
    const flow = await exampleFlow();
    const event = { ...(await newestPayload(flow)), responseId: "twice", response_id: "twice", email: "ada.twice@example.com" };
    expect((await post(flow.trigger.hookUrl!, event)).status).toBe(202);
    expect((await post(flow.trigger.hookUrl!, event)).status).toBe(202);
    await until("the run reaches its end", 20_000, async () => (await openRuns(millrace)) === 0);
    expect(await runsOf(millrace, `&person=${encodeURIComponent("ada.twice@example.com")}`)).toHaveLength(1);
  });

  test("the sandbox's page shows the contact that the run made", async () => {
    const { sandboxUrl } = await millrace.api<Overview>("GET", "/overview");
    const run = (await runsOf(millrace, "&state=succeeded")).find(({ summary }) => summary?.startsWith("Created contact"))!;
    await page.goto(`${sandboxUrl!.replace(/\/$/, "")}/?q=${encodeURIComponent(run.person!)}`);
    await page.getByRole("heading", { name: "Contacts" }).waitFor();
    expect(await page.getByRole("row").count()).toBeGreaterThan(1);
    await picture(page, "sandbox");
    expect(await barriers(page)).toEqual([]);
  });

  test("on a phone the same pages fit and can be reached", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ["/", "/flows", "/runs", "/attention", "/connections", "/catalog"]) {
      await open(path);
      const tooWide = await page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      expect(tooWide, `${path} is wider than the phone`).toBeLessThanOrEqual(0);
      await expectGood(`phone${path.replace("/", "-")}`);
    }
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  test("an address that leads nowhere says so", async () => {
    await open("/flows/flow_that_is_not_here");
    complaints.splice(0); // the browser's own note of the 404
    expect(await heading()).toBeTruthy();
    await page
      .getByText(/There is no flow|not here|not found/i)
      .first()
      .waitFor();
    complaints.splice(0);
  });
});

const exampleFlow = async (): Promise<FlowView> =>
  (await millrace.api<{ flows: FlowView[] }>("GET", "/flows")).flows.find(
    (flow) => flow.trigger.kind === "webhook" && flow.status === "on",
  )!;

async function newestPayload(flow: FlowView): Promise<Record<string, unknown>> {
  const { samples } = await millrace.api<{ samples: { payload: Record<string, unknown> }[] }>("GET", `/flows/${flow.id}/samples`);
  return samples[0]!.payload;
}
