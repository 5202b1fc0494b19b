/** A vendor shows a chart on a page of another origin; only there, for as long as the token and its key last. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ChartView, EmbedTokenReply, NewApiKeyReply } from "#api/schemas.ts";
import { barriers, expectShown, openBrowser, picture } from "#test/support/browser.ts";
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
  return (await page.locator("iframe").elementHandle().then((handle) => handle!.contentFrame()))!;
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
  const definition = { name: "Welcome", trigger: { app: "", operation: "", kind: "manual" }, steps: [] };
  const { id } = await api<{ id: string }>("POST", "/flows", { definition });
  void id;
  browser = await openBrowser({ windows: true });
  customers = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
  customer = await customers.newPage();
});
afterAll(async () => {
  for (const server of servers) server.close();
  await browser.close();
});
