/** A client without an account here opens a link in the morning: a login that was revoked at night works again, and what was held goes through. */
import type { BrowserContext, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { ConnectionView, FlowDetail, RunList } from "#api/schemas.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { barriers, picture } from "#test/support/browser.ts";
import { post, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental } = sandboxDefaults;
const web = webPage({ expected: /410|422|503/ });
let house: House;
let page: Page;
let sandbox: Sandbox;
let visitors: BrowserContext;
beforeAll(async () => {
  ({ house, page } = web);
  sandbox = house.millrace.sandbox!.systems;
  visitors = await page
    .context()
    .browser()!
    .newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
  visitors.setDefaultTimeout(60_000);
});

const dialog = () => page.getByRole("dialog");
const api = <T>(method: string, path: string, body?: unknown) => house.api<T>(method, path, body).then((reply) => reply.body);

const shown = async (name: string) =>
  (await api<{ connections: ConnectionView[] }>("GET", "/connections")).connections.find((each) => each.name === name)!;

/** As a person makes it on the connection's card. */
async function linkOf(title: string): Promise<string> {
  await web.open("/connections");
  await page.getByRole("button", { name: `More about ${title}` }).click();
  await page.getByRole("menuitem", { name: "Send a reconnect link" }).click();
  await dialog().getByRole("button", { name: "Create link" }).click();
  const link = dialog().locator("code", { hasText: "/reconnect#" });
  await link.waitFor();
  return (await link.textContent())!;
}

async function expectGood(visitor: Page, name: string): Promise<void> {
  await visitor.emulateMedia({ colorScheme: "light" });
  await picture(visitor, name);
  expect(await barriers(visitor), name).toEqual([]);
  await visitor.emulateMedia({ colorScheme: "dark" });
  await picture(visitor, `${name}-dark`);
  expect(await barriers(visitor, ["color-contrast"]), name).toEqual([]);
  await visitor.emulateMedia({ colorScheme: "light" });
  await visitor.setViewportSize({ width: 390, height: 844 });
  await picture(visitor, `${name}-phone`);
  expect(await visitor.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth"), `${name} fits a phone`).toBe(true);
  await visitor.setViewportSize({ width: 1280, height: 860 });
}

async function allowThere(visitor: Page, subAccount: string) {
  await visitor.getByRole("heading", { name: /asks for access/ }).waitFor();
  await visitor.getByRole("radio", { name: new RegExp(`^${subAccount}`) }).check();
  await visitor.getByRole("button", { name: "Allow access" }).click();
}

/** Every address that a visitor's page asks Millrace for. */
function asksOf(visitor: Page): string[] {
  const asks: string[] = [];
  visitor.on("request", (request) => {
    const { origin, pathname, search } = new URL(request.url());
    if (origin === house.millrace.localUrl && pathname.startsWith("/api")) asks.push(pathname + search);
  });
  return asks;
}

describe("a reconnect link", () => {
  let connection: ConnectionView;
  let link: string;
  beforeAll(async () => {
    const { accessToken, refreshToken, clientId, clientSecret } = sandbox.issueToken({ kind: "oauth", locationId: acmeDental });
    const body = { name: "acme", title: "Acme Dental", app: "highlevel", auth: "oauth2", baseUrl: house.millrace.sandbox!.url };
    const secret = { accessToken, refreshToken, clientId, clientSecret };
    connection = await api<ConnectionView>("POST", "/connections", { ...body, locationId: acmeDental, secret });
  });

  test("is made on the connection's card, and says until when it can be used", async () => {
    await web.open("/connections");
    await page.getByRole("button", { name: "More about Acme Dental" }).click();
    await page.getByRole("menuitem", { name: "Send a reconnect link" }).click();
    await dialog().getByLabel("It can be used for").selectOption("14 days");
    await web.expectGoodOnPhone("reconnect-ask");
    await dialog().getByRole("button", { name: "Create link" }).click();
    await dialog()
      .getByText(/is shown only now/)
      .waitFor();
    await dialog()
      .getByText(/nobody can open on another machine/)
      .waitFor();
    await web.expectGoodOnPhone("reconnect-made");
    await dialog().getByRole("button", { name: "Done" }).click();
    await page
      .getByRole("article", { name: "Acme Dental" })
      .getByText(/Can be used until/)
      .waitFor();
    const { createdAt, expiresAt } = (await shown("acme")).reconnectLink!;
    expect(expiresAt - createdAt).toBe(14 * 86_400_000);
  });

  test("lets a client allow the login anew who has no account, and the events of the night go through in their order", async () => {
    const step = {
      id: "lead",
      app: "highlevel",
      operation: "contacts.create",
      connection: "acme",
      input: { email: "{{ trigger.email }}" },
    };
    const trigger = { app: "http", operation: "webhook", record: "one" };
    const { id } = await api<FlowDetail>("POST", "/flows", { name: "Leads", trigger, steps: [step], settings: { order: "record" } });
    const { trigger: published } = await api<FlowDetail>("POST", `/flows/${id}/publish`, { force: true });
    sandbox.faults.set({ kind: "token_revoked", count: 1 });
    for (let n = 1; n <= 5; n++) await post(published.hookUrl!, JSON.stringify({ email: `night${n}@reconnect.example` }));
    const waiting = async () => (await api<RunList>("GET", "/runs?state=waiting")).runs;
    await until("the login is refused", waiting, (runs) => runs.length > 0);
    link = await linkOf("Acme Dental");

    const visitor = await visitors.newPage();
    const asks = asksOf(visitor);
    await visitor.goto(link);
    await visitor.getByRole("heading", { name: "Reconnect Acme Dental to HighLevel" }).waitFor();
    expect(visitor.url()).toBe(`${house.millrace.localUrl}/reconnect`);
    await expectGood(visitor, "reconnect-page");
    await visitor.reload();
    await visitor.getByRole("button", { name: "Continue at HighLevel" }).click();
    await allowThere(visitor, "Acme Dental");
    await visitor.getByRole("heading", { name: "Done" }).waitFor();
    await visitor.getByText("You can close this page.").waitFor();
    await expectGood(visitor, "reconnect-done");
    expect(await visitor.evaluate<string>("JSON.stringify([sessionStorage, localStorage, history.state, location.href])")).not.toMatch(
      /code=|state=|millrace-reconnect/,
    );
    expect(await visitors.cookies(house.millrace.localUrl)).toEqual([]);
    const own = ["/api/v1/reconnect", "/api/v1/reconnect/consent", "/api/v1/reconnect/consent/finish"];
    expect(asks.filter((path) => !own.includes(path))).toEqual([]);

    await until(
      "they are through",
      () => house.runsOf(id),
      (runs) => runs.length === 5 && runs.every(({ state }) => state === "succeeded"),
    );
    const made = sandbox.state.contacts.all().filter(({ email }) => email?.endsWith("@reconnect.example"));
    expect(made.map(({ email }) => email)).toEqual([1, 2, 3, 4, 5].map((n) => `night${n}@reconnect.example`));
    const { connections } = await api<{ connections: ConnectionView[] }>("GET", "/connections");
    expect(connections.find((each) => each.id === connection.id)).toMatchObject({ status: "connected", reconnectLink: null });
    await visitor.close();
  });

  test("that was used, and one that never was, say in one sentence whom to ask", async () => {
    const visitor = await visitors.newPage();
    for (const address of [link, `${house.millrace.localUrl}/reconnect#made-up`]) {
      await visitor.goto(address);
      await visitor.getByText("Ask the sender for a new one.").waitFor();
      await visitor.getByRole("heading", { name: "This link cannot be used" }).waitFor();
    }
    await expectGood(visitor, "reconnect-over");
    await visitor.close();
  });

  test("refuses the login of another sub-account, and goes on with the right one, also when that is not saved at once; whoever is signed in here meanwhile stays so", async () => {
    const own = await linkOf("Acme Dental");
    const other = sandbox.state.locations.all().find(({ id }) => id !== acmeDental)!;
    const visitor = await page.context().newPage(); // signed in to this Millrace
    await visitor.goto(own);
    await visitor.getByRole("button", { name: "Continue at HighLevel" }).click();
    await allowThere(visitor, other.name);
    await visitor.getByText("This login does not belong to Acme Dental. Try again with a login for Acme Dental.").waitFor();
    await expectGood(visitor, "reconnect-elsewhere");
    const error = { code: "CONSENT_NOT_SAVED", message: "The store is full" };
    await visitor.route("**/reconnect/consent/finish", (route) => route.fulfill({ status: 503, json: { error } }), { times: 1 });
    await visitor.getByRole("button", { name: "Continue at HighLevel" }).click();
    await allowThere(visitor, "Acme Dental");
    await visitor.getByRole("heading", { name: "Not saved yet" }).waitFor();
    await expectGood(visitor, "reconnect-unsaved");
    await visitor.getByRole("button", { name: "Try again" }).click();
    await visitor.getByRole("heading", { name: "Done" }).waitFor();
    await visitor.close();
    await web.open("/connections");
    await page.getByRole("article", { name: "Acme Dental" }).getByText("Connected", { exact: true }).waitFor();
  });

  test("takes a pasted token where the login is one, after it was tried", async () => {
    const body = { name: "token", title: "Acme by token", app: "highlevel", auth: "token", baseUrl: house.millrace.sandbox!.url };
    const token = () => sandbox.issueToken({ locationId: acmeDental }).accessToken;
    await api("POST", "/connections", { ...body, locationId: acmeDental, secret: { token: token() } });
    const visitor = await visitors.newPage();
    await visitor.goto(await linkOf("Acme by token"));
    const field = visitor.getByLabel(/token/i);
    await field.fill("pit-not-a-token");
    await visitor.getByRole("button", { name: "Reconnect" }).click();
    await visitor.getByText(/HighLevel rejected the login/).waitFor();
    await expectGood(visitor, "reconnect-token");
    await field.fill(token());
    await visitor.getByRole("button", { name: "Reconnect" }).click();
    await visitor.getByRole("heading", { name: "Done" }).waitFor();
    await visitor.close();
  });

  test("is withdrawn from the card, and from then on is of no use", async () => {
    const gone = await linkOf("Acme Dental");
    await dialog().getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "More about Acme Dental" }).click();
    await page.getByRole("menuitem", { name: "Send a reconnect link" }).click();
    await dialog()
      .getByText(/An earlier link works until/)
      .waitFor();
    await web.expectGood("reconnect-withdraw");
    await dialog().getByRole("button", { name: "Withdraw the link" }).click();
    await page.getByText("The reconnect link is withdrawn").waitFor();
    const visitor = await visitors.newPage();
    await visitor.goto(gone);
    await visitor.getByRole("heading", { name: "This link cannot be used" }).waitFor();
    await visitor.close();
    expect((await shown("acme")).reconnectLink).toBeNull();
  });
});

describe("the details of a connection", () => {
  test("say how it stands, how old its login is, when to replace it, and which scopes are missing and which are not needed", async () => {
    await api("PATCH", `/connections/${(await shown("acme")).id}?verify=false`, { scopes: ["locations.readonly", "calendars.readonly"] });
    await web.open("/connections");
    await page.getByRole("button", { name: "Details of Acme Dental" }).click();
    await dialog().getByText("Missing: 1 scope").waitFor();
    await dialog().getByText("contacts.write").waitFor();
    await dialog().getByText("for Leads").waitFor();
    await dialog().getByText("Allowed, and needed by no flow (1)").click();
    await dialog().getByText("calendars.readonly").waitFor();
    await dialog().getByText("By itself, before its token ends").waitFor();
    await web.expectGoodOnPhone("connection-details");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Details of Acme by token" }).click();
    await dialog().getByText("Never: it lasts until it is taken back").waitFor();
    await dialog()
      .getByText(/as the app advises/)
      .waitFor();
    expect(await dialog().getByText("Missing").count()).toBe(0);
    await web.expectGood("connection-details-token");
  });
});
