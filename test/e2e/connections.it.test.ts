/** What the pages say of connections, and that a wrong click cannot lose a login. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { ConnectionView, FlowDetail, RunList } from "#api/schemas.ts";
import { expectShown } from "#test/support/browser.ts";
import { until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental, companyId } = sandboxDefaults;
// A refused save is an answer of the server, which the browser notes by itself.
const clock = new TestClock(Date.now());
const web = webPage({ clock, expected: /status of (409|422)/ });
const { open, openDialog, expectGood } = web;

let house: House;
let page: Page;
const freshToken = () => house.millrace.sandbox!.systems.issueToken({ locationId: acmeDental }).accessToken;
const connections = async () => (await house.api<{ connections: ConnectionView[] }>("GET", "/connections")).body.connections;
const acme = async () => (await connections()).find(({ title }) => title === "Acme Dental")!;
beforeAll(async () => {
  ({ house, page } = web);
  const login = { app: "highlevel", auth: "token", baseUrl: house.millrace.sandbox!.url, locationId: acmeDental, companyId } as const;
  await house.api("POST", "/connections", { name: "acme", title: "Acme Dental", ...login, secret: { token: freshToken() } });
});

describe("a connection in the web app", () => {
  test("a wrong new secret stays in the dialog, beside its field, and the old one goes on working", async () => {
    await openDialog("/connections?renew=acme");
    await page.getByLabel("Token").fill("pit-wrong");
    await page.getByRole("dialog").getByRole("button", { name: "Reconnect" }).click();
    await page.getByText("does not accept this login").waitFor();
    await expectGood("connection-wrong-secret");
    expect(await page.getByRole("button", { name: "Save anyway" }).count()).toBe(0);
    expect(await acme()).toMatchObject({ status: "connected" });
    await page.getByLabel("Token").fill(freshToken());
    await page.getByRole("dialog").getByRole("button", { name: "Reconnect" }).click();
    await page.getByText("Acme Dental is connected").waitFor();
  });

  test("is renamed in place, and the card shows what it was called and which flows use it", async () => {
    const step = { id: "a", app: "highlevel", operation: "contacts.upsert", connection: "acme", input: { email: "{{ trigger.email }}" } };
    const flow = { name: "Welcome", trigger: { app: "http", operation: "webhook" }, steps: [step] };
    const { id } = (await house.api<FlowDetail>("POST", "/flows", flow)).body;
    await house.api("POST", `/flows/${id}/publish`);
    await openDialog("/connections?edit=acme");
    await page.getByLabel("Name in flows").fill("acme-dental");
    await page.getByRole("button", { name: "Save changes" }).click();
    const card = page.getByRole("article", { name: "Acme Dental" });
    await card.getByText("acme-dental").waitFor();
    expect(await card.getByRole("link", { name: "Welcome" }).getAttribute("href")).toBe(`/flows/${id}`);
    await expectGood("connection-card");
  });

  test("is removed only after a look at the flows that use it", async () => {
    await open("/connections");
    await page.getByRole("button", { name: "More about Acme Dental" }).click();
    await page.getByRole("menuitem", { name: "Remove connection" }).click();
    const asked = page.getByRole("alertdialog");
    await asked.getByRole("link", { name: "Welcome" }).waitFor();
    await expectShown(asked.getByRole("button", { name: "Remove all the same" }));
    await expectGood("connection-remove");
    await asked.getByRole("button", { name: "Cancel" }).click();
  });

  test("that breaks keeps its runs waiting until it works again, and those that failed before are replayed once then", async () => {
    const { faults } = house.millrace.sandbox!.systems;
    const [flow] = (await house.api<{ flows: FlowDetail[] }>("GET", "/flows")).body.flows.filter(({ name }) => name === "Welcome");
    const post = (email: string) =>
      fetch(flow!.trigger.hookUrl!, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ email }) });
    /** A call may wait a moment for its place in the budget. */
    const runsAfterAMoment = async (query: string) => {
      await clock.advance(1000);
      return (await house.api<RunList>("GET", `/runs?${query}`)).body.runs;
    };
    const attention = () => runsAfterAMoment("attention=true");
    const waiting = () => runsAfterAMoment("state=waiting");
    faults.set({ kind: "refuse_after_write" });
    await post("ada@example.com");
    await post("bob@example.com");
    await until("both runs rest", attention, (runs) => runs.length === 2);
    faults.clear();
    faults.set({ kind: "token_revoked", count: 1 });
    await post("cid@example.com");
    await post("dot@example.com");
    await until("the others wait", waiting, (runs) => runs.length === 2);
    expect(await attention()).toHaveLength(2);

    const { id } = await acme();
    const notice = page.getByText(/^Acme Dental is broken: 2 runs( of this flow)? wait for it since \d\d:\d\d, nothing is lost\./);
    for (const path of ["/", `/flows/${flow!.id}`]) {
      await open(path);
      await notice.waitFor();
      const reconnect = page.getByRole("list", { name: "Runs wait" }).getByRole("link", { name: "Reconnect" });
      expect(await reconnect.getAttribute("href")).toContain(`/connections?renew=${id}`);
      await expectGood(path === "/" ? "home-connection-waits" : "flow-connection-waits");
    }
    await open(`/runs/${(await waiting())[0]!.id}`);
    await page
      .getByText(/Waits for the connection 'Acme Dental': its login is no longer accepted \(since/)
      .first()
      .waitFor();
    await open("/attention");
    const entry = page.getByText(/^2 runs wait since \d\d:\d\d and go on by themselves once it works\. Nothing is lost\./);
    await entry.waitFor();
    await expectShown(page.getByRole("heading", { level: 3, name: "Acme Dental is broken" }));
    await page.getByRole("button", { name: "Replay 2 runs" }).click();
    await page.getByText("All 2 runs would wait").waitFor();
    expect(await page.getByRole("link", { name: "Reconnect first" }).getAttribute("href")).toContain("/connections?renew=");
    await expectGood("replay-in-the-way");
    await page.getByRole("button", { name: "Replay when reconnected" }).click();
    await page.getByText("2 runs, as soon as Acme Dental works again").waitFor();
    await expectGood("replay-waits");
    expect(await attention()).toHaveLength(2);

    await house.api("PATCH", `/connections/${id}`, { secret: { token: freshToken() } });
    await until(
      "they are through",
      () => runsAfterAMoment(`flow=${flow!.id}`),
      (runs) => runs.length === 4 && runs.every(({ state }) => state === "succeeded"),
    );
    expect(await attention()).toEqual([]);
    await entry.waitFor({ state: "detached" });
  });

  test("an address on the private network is allowed without a shell", async () => {
    const step = { id: "a", app: "http", operation: "post", input: { url: "http://10.0.0.77:8080/hook" } };
    const flow = { name: "To the ERP", trigger: { app: "http", operation: "webhook" }, steps: [step] };
    const { id } = (await house.api<FlowDetail>("POST", "/flows", flow)).body;
    await open(`/flows/${id}?tab=checks`);
    await page.getByText("10.0.0.77:8080 is an address of a private network").waitFor();
    await open("/connections?allow=10.0.0.77:8080");
    await page.getByRole("button", { name: "Allow address" }).click();
    await page.getByText("Flows may call 10.0.0.77:8080").waitFor();
    await expectGood("private-hosts");
    await open(`/flows/${id}?tab=checks`);
    await page.getByRole("button", { name: "Check again" }).click();
    await page.getByText("10.0.0.77:8080 is an address of a private network").waitFor({ state: "detached" });
  });
});
