/** A vendor's customer connects their own account from the vendor's page, which is another origin, without an account here. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConnectionView, NewApiKeyReply } from "#api/schemas.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { barriers, expectShown, openBrowser, picture } from "#test/support/browser.ts";
import { hookDeskApp, openHookDesk, type HookDesk } from "#test/support/hook-desk.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental } = sandboxDefaults;
let desk: HookDesk;
const allowDesk = async () => {
  desk = await openHookDesk();
  return { MILLRACE_ALLOW_PRIVATE_HOSTS: desk.host };
};
const web = webPage({ env: allowDesk, expected: /400|410/ });
let vendor: Server;
let vendorOrigin = "";
let browser: Browser;
let customers: BrowserContext;
let customer: Page;

const api = <T>(method: string, path: string, body?: unknown) => web.house.api<T>(method, path, body).then((reply) => reply.body);
const connections = async () => (await api<{ connections: ConnectionView[] }>("GET", "/connections")).connections;

beforeAll(async () => {
  const { millrace } = web.house;
  const { accessToken, refreshToken, clientId, clientSecret } = millrace.sandbox!.systems.issueToken({
    kind: "oauth",
    locationId: acmeDental,
  });
  const secret = { accessToken, refreshToken, clientId, clientSecret };
  const own = {
    name: "acme",
    title: "Acme Dental",
    app: "highlevel",
    auth: "oauth2",
    baseUrl: millrace.sandbox!.url,
    locationId: acmeDental,
  };
  await api("POST", "/connections", { ...own, scopes: ["contacts.readonly", "locations.readonly"], secret });
  const { key: apiKey } = await api<NewApiKeyReply>("POST", "/api-keys", {
    name: "Vendor",
    role: "operator",
    scopes: ["connections:read", "connections:write"],
  });
  const { createVendor } = (await import(new URL("../../examples/vendor/server.mjs", import.meta.url).href)) as {
    createVendor(settings: object): Server;
  };
  vendor = createVendor({ millrace: millrace.localUrl, apiKey, app: "highlevel", like: "acme" });
  await new Promise<void>((resolve) => vendor.listen(0, "127.0.0.1", resolve));
  vendorOrigin = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  browser = await openBrowser({ windows: true });
  customers = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
  customers.setDefaultTimeout(30_000);
  customer = await customers.newPage();
});
afterAll(async () => {
  vendor.close();
  await desk.close();
  await browser.close();
});

test("a browser is only ever sent back to an address that was allowed on the page", async () => {
  const refused = await fetch(`${vendorOrigin}/connect-link`, { method: "POST" });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("returnTo: must be a page on an origin that is allowed");
  await web.open("/elsewhere");
  await web.page.getByRole("link", { name: /^Embed/ }).click();
  await expectShown(web.page.getByText("There is none yet."));
  await web.page.getByLabel("Origin", { exact: true }).fill("app.example.com/page");
  await web.page.getByRole("button", { name: "Add origin" }).click();
  await expectShown(web.page.getByText(/must be the beginning of an address/));
  await web.page.getByLabel("Origin", { exact: true }).fill(vendorOrigin);
  await web.page.getByRole("button", { name: "Add origin" }).click();
  await expectShown(web.page.getByRole("list", { name: "Allowed origins" }).getByText(vendorOrigin));
  await web.expectGoodOnPhone("embed");
});

const openWindow = async () => {
  await customer.goto(vendorOrigin);
  const [opened] = await Promise.all([
    customers.waitForEvent("page"),
    customer.getByRole("button", { name: "Connect your account" }).click(),
  ]);
  return opened;
};

test("the customer opens the link in a window, allows access at the app, the window closes, and the vendor's page hears of the new connection", async () => {
  const opened = await openWindow();
  await expectShown(opened.getByRole("heading", { name: /Connect Customer 42 to/ }));
  expect(new URL(opened.url()).hash).toBe("");
  await picture(opened, "connect-link");
  expect(await barriers(opened)).toEqual([]);
  await opened.getByRole("button", { name: /^Continue at/ }).click();
  await opened.getByRole("heading", { name: /asks for access/ }).waitFor();
  await opened.getByRole("radio").first().check();
  const closed = opened.waitForEvent("close");
  await opened.getByRole("button", { name: "Allow access" }).click();
  await closed;
  await expectShown(customer.getByText("Connected as customer-42"));
  const [made] = (await connections()).filter(({ name }) => name === "customer-42");
  expect(made).toMatchObject({ title: "Customer 42", app: "highlevel", status: "connected" });
  expect((await connections()).map(({ name }) => name).toSorted()).toContain("acme");
});

test("a fragment that somebody made up gives nobody another connection: the vendor's server goes by the link", async () => {
  const opened = await openWindow();
  await opened.getByRole("button", { name: /^Continue at/ }).waitFor();
  const forger = await customers.newPage();
  await forger.goto(`${vendorOrigin}/#millrace_outcome=connected&connection=acme`);
  await expectShown(customer.getByText("Nothing is connected yet."));
  await opened.close();
});

test("the vendor's page hears of a customer who closes the window, before the app's page and on it", async () => {
  await customer.clock.install();
  for (const isAtApp of [false, true]) {
    const opened = await openWindow();
    const onward = opened.getByRole("button", { name: /^Continue at/ });
    await onward.waitFor();
    if (isAtApp) {
      await onward.click();
      await opened.getByRole("heading", { name: /asks for access/ }).waitFor();
    }
    await customer.clock.runFor(60_000); // as long as it is open, nothing is said
    expect(await customer.getByRole("status").textContent()).toBe("");
    await opened.close();
    await customer.clock.runFor(1_500);
    await expectShown(customer.getByText("The window was closed before it gave a result."));
  }
});

test("a link works once, and a stranger learns nothing from one that is over or made up", async () => {
  const link = await api<{ url: string }>("POST", "/connect-links", { app: "highlevel", title: "Customer 43", like: "acme", minutes: 5 });
  const token = new URL(link.url).hash.slice(1);
  const open = async (wanted: string) => {
    const reply = await fetch(`${web.house.millrace.localUrl}/api/v1/reconnect`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ link: wanted }),
    });
    return { status: reply.status, text: await reply.text() };
  };
  expect(await open(token)).toMatchObject({ status: 200, text: expect.stringContaining("Customer 43") });
  const wrong = await open("new_made-up");
  expect(wrong.status).toBe(410);
  expect(wrong.text).not.toContain("Customer");
  await expect(api("POST", "/connect-links", { app: "highlevel", title: "No model" })).resolves.toMatchObject({
    error: { code: "BAD_INPUT" },
  });
});

test("a key is entered on the page, and makes a connection of an app that has no page of its own for it", async () => {
  await api("PUT", "/apps/helpdesk", hookDeskApp(desk.origin));
  const { url } = await api<{ url: string }>("POST", "/connect-links", { app: "helpdesk", title: "Customer 44" });
  await customer.goto(url);
  await expectShown(customer.getByRole("heading", { name: /Connect Customer 44 to/ }));
  await customer.getByRole("textbox").fill("desk-key");
  await picture(customer, "connect-link-key");
  expect(await barriers(customer)).toEqual([]);
  await customer.getByRole("button", { name: "Connect" }).click();
  await expectShown(customer.getByRole("status").getByRole("heading"));
  expect((await connections()).find(({ name }) => name === "customer-44")).toMatchObject({ title: "Customer 44", app: "helpdesk" });
  await customer.goto("about:blank");
  await customer.goto(url);
  await expectShown(customer.getByRole("heading", { name: "This link cannot be used" }));
});
