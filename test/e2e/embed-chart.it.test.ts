/** A vendor shows a chart on a page of another origin; only there, for as long as the token and its key last. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ChartView, EmbedTokenReply, FlowDetail, NewApiKeyReply } from "#api/schemas.ts";
import { barriers, expectShown, openBrowser, picture } from "#test/support/browser.ts";
import { hookDeskApp } from "#test/support/hook-desk.ts";
import { post } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const web = webPage({ expected: /401|404/ });
const servers: Server[] = [];
let vendorOrigin = "";
let foreignOrigin = "";
let browser: Browser;
let customers: BrowserContext;
let customer: Page;
let key: NewApiKeyReply;
/** What the foreign page shows in its frame. */
let framed = "";

const api = <T>(method: string, path: string, body?: unknown) => web.house.api<T>(method, path, body).then((reply) => reply.body);
const listen = async (server: Server) => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const tokenFor = (origin: string, more: object = {}) =>
  api<EmbedTokenReply>("POST", "/embed-tokens", { chart: "runs", days: 7, origin, ...more });
const data = (token: string, headers: Record<string, string> = {}) =>
  fetch(`${web.house.millrace.localUrl}/api/v1/embed/data`, { headers: { authorization: `Bearer ${token}`, ...headers } });
const frameOf = async (page: Page): Promise<Frame> => {
  await page.locator("iframe").waitFor();
  return (await page
    .locator("iframe")
    .elementHandle()
    .then((handle) => handle!.contentFrame()))!;
};

beforeAll(async () => {
  const { millrace } = web.house;
  key = await api<NewApiKeyReply>("POST", "/api-keys", {
    name: "Vendor",
    role: "operator",
    scopes: ["connections:write", "runs:read"],
  });
  const { createVendor } = (await import(new URL("../../examples/vendor/server.mjs", import.meta.url).href)) as {
    createVendor(settings: object): Server;
  };
  vendorOrigin = await listen(createVendor({ millrace: millrace.localUrl, apiKey: key.key, app: "highlevel" }));
  foreignOrigin = await listen(
    createServer((_, reply) => reply.setHeader("content-type", "text/html").end(`<iframe title="Stolen" src="${framed}"></iframe>`)),
  );
  await api("POST", "/embed-origins", { origin: vendorOrigin });
  const { id } = await api<FlowDetail>("POST", "/flows", {
    name: "Welcome",
    trigger: { app: "http", operation: "webhook" },
    steps: [{ id: "end", stop: "failed", reason: "on purpose" }],
  });
  const { trigger } = await api<FlowDetail>("POST", `/flows/${id}/publish`, {});
  for (const n of [1, 2, 3]) await post(trigger.hookUrl!, JSON.stringify({ n }));
  browser = await openBrowser({ windows: true });
  customers = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
  customer = await customers.newPage();
});
afterAll(async () => {
  for (const server of servers) server.close();
  await browser.close();
});

test("the page shows the chart before it is embedded, and the code for it", async () => {
  await expect
    .poll(async () => (await (await data((await tokenFor(vendorOrigin, { days: 3 })).token)).json()) as ChartView)
    .toMatchObject({ title: "All flows", days: [{}, {}, { runs: { failed: 3, open: 0 } }] });
  await web.open("/elsewhere/embed");
  const frame = web.page.frameLocator("iframe");
  await expectShown(frame.getByRole("heading", { name: "Runs per day: All flows" }));
  await web.page.getByLabel("Runs of").selectOption({ label: "Welcome" });
  await expectShown(frame.getByRole("heading", { name: "Runs per day: Welcome" }));
  await expectShown(web.page.getByText(`"origin":"${vendorOrigin}"`));
  await web.expectGoodOnPhone("embed-with-chart", web.page.locator("iframe"));
});

test("the vendor's page shows it in a frame, as a chart and as a table, to everybody", async () => {
  await customer.goto(vendorOrigin);
  const frame = await frameOf(customer);
  await expectShown(frame.getByRole("img", { name: /^3 runs in 30 days: 3 failed/ }));
  await picture(customer, "embed-chart");
  expect(await barriers(customer)).toEqual([]);
  await frame.getByRole("button", { name: "Show as a table" }).click();
  await expectShown(frame.getByRole("table", { name: /Runs per day/ }));
  await expectShown(frame.getByText("There was no flow before", { exact: false }));
  await customer.emulateMedia({ colorScheme: "dark" });
  await picture(customer, "embed-chart-table-dark");
  expect(await barriers(customer)).toEqual([]);
  await frame.getByRole("button", { name: "Show as a chart" }).focus();
  await customer.keyboard.press("Enter");
  await expectShown(frame.getByRole("img"));
  await picture(customer, "embed-chart-dark");
  expect(await barriers(customer)).toEqual([]);
  await customer.emulateMedia({ colorScheme: "light" });
});

test("a page of an origin that is not allowed can neither frame it nor read its numbers", async () => {
  const { url, token } = await tokenFor(vendorOrigin);
  framed = url;
  await customer.goto(foreignOrigin);
  await expect.poll(async () => (await frameOf(customer)).url()).toMatch(/^chrome-error/);
  const read = (text: string) =>
    customer.evaluate(
      async ([address, bearer]) => {
        const reply = await fetch(address!, { headers: { authorization: `Bearer ${bearer}` } }).catch(() => null);
        return reply === null ? "refused" : reply.status;
      },
      [`${web.house.millrace.localUrl}/api/v1/embed/data`, text] as const,
    );
  expect(await read(token)).toBe("refused");
  await customer.goto(vendorOrigin);
  expect(await read(token)).toBe(200);
  expect(await read("made-up")).toBe("refused");
});

test("a token is for its own chart alone, and is no sign-in", async () => {
  const { token } = await tokenFor(vendorOrigin);
  const { localUrl } = web.house.millrace;
  const runs = await fetch(`${localUrl}/api/v1/runs`, { headers: { authorization: `Bearer ${token}` } });
  expect(runs.status).toBe(401);
  expect((await data(`${token.slice(0, -4)}AAAA`)).status).toBe(401);
  const preflight = await fetch(`${localUrl}/api/v1/embed/data`, { method: "OPTIONS", headers: { origin: foreignOrigin } });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
  const page = await fetch(`${localUrl}/embed/chart?workspace=ws_main&origin=${encodeURIComponent(foreignOrigin)}`);
  expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
  expect(page.headers.get("content-security-policy")).not.toContain(foreignOrigin);
});

test("it ends with the key that made it, and says so in words", async () => {
  const made = await fetch(`${vendorOrigin}/chart`).then((reply) => reply.json() as Promise<EmbedTokenReply>);
  await api("DELETE", `/api-keys/${key.view.id}`);
  expect((await data(made.token, { origin: vendorOrigin })).status).toBe(401);
  await customer.goto("about:blank");
  await customer.goto(made.url);
  await expectShown(customer.getByRole("alert").filter({ hasText: "cannot be shown any longer" }));
  expect(await barriers(customer)).toEqual([]);
});

test("open connect links are listed, and one can be withdrawn", async () => {
  await api("PUT", "/apps/helpdesk", hookDeskApp("https://desk.example"));
  const { url } = await api<{ url: string }>("POST", "/connect-links", { app: "helpdesk", title: "Customer 45" });
  await web.open("/elsewhere/embed");
  await web.page.getByRole("button", { name: "Withdraw the link for Customer 45" }).click();
  await web.page.getByRole("button", { name: "Withdraw link" }).click();
  await expectShown(web.page.getByText("There is none. Your server makes one", { exact: false }));
  await customer.goto(url);
  await expectShown(customer.getByRole("heading", { name: "This link cannot be used" }));
});
