/** A login that is allowed at HighLevel's own page, played by the sandbox: the first one, more scopes later, and a new one after it was revoked. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { ConnectionView, FlowDetail, RunList } from "#api/schemas.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { expectShown } from "#test/support/browser.ts";
import { post, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental } = sandboxDefaults;
const web = webPage({ expected: /409/ });
let house: House;
let page: Page;
let sandbox: Sandbox;
let client: { clientId: string; clientSecret: string };
beforeAll(() => {
  ({ house, page } = web);
  sandbox = house.millrace.sandbox!.systems;
  const { clientId, clientSecret } = sandbox.issueToken({ kind: "oauth", locationId: acmeDental });
  client = { clientId: clientId!, clientSecret: clientSecret! };
});

const dialog = () => page.getByRole("dialog");
const acme = async () => (await house.api<{ connections: ConnectionView[] }>("GET", "/connections")).body.connections[0]!;
const keptInBrowser = () => page.evaluate<string>("JSON.stringify([sessionStorage, localStorage, history.state])");
/** What a person does at HighLevel. */
async function allowThere(subAccount = "Acme Dental") {
  await page.getByRole("heading", { name: /asks for access/ }).waitFor();
  await page.getByRole("radio", { name: new RegExp(`^${subAccount}`) }).check();
  await page.getByRole("button", { name: "Allow access" }).click();
}

describe("a login allowed at HighLevel's page", () => {
  test("makes a connection without a token being seen, with the scopes that were ticked", async () => {
    await web.open("/connections");
    await page.getByRole("button", { name: "Add connection" }).first().click();
    await dialog().getByLabel("Sign in at HighLevel").check();
    expect(await dialog().getByRole("button", { name: "Continue at HighLevel" }).isDisabled()).toBe(true);
    await dialog().getByLabel("Client id").fill(client.clientId);
    await dialog().getByLabel("Client secret").fill(client.clientSecret);
    await dialog().getByText(`${house.millrace.localUrl}/oauth/callback`).waitFor();
    for (const name of ["Read contacts", "Change contacts"]) await dialog().getByRole("checkbox", { name, exact: true }).check();
    await dialog().getByRole("checkbox", { name: "Use the sandbox on this machine" }).check();
    await web.expectGoodOnPhone("consent-ask");
    await dialog().getByRole("button", { name: "Continue at HighLevel" }).click();
    await allowThere();
    await page.getByText("Acme Dental is connected").waitFor();
    expect(new URL(page.url()).pathname).toBe("/connections");
    expect(await keptInBrowser()).not.toMatch(/code=|state=/);
    await page.getByRole("article", { name: "Acme Dental" }).getByText("Connected", { exact: true }).waitFor();
    await web.expectGoodOnPhone("consent-connected");
    expect(await acme()).toMatchObject({ locationId: acmeDental, scopes: ["locations.readonly", "contacts.readonly", "contacts.write"] });
  });

  test("asks again only for what is missing, and keeps what it has", async () => {
    const step = {
      id: "deal",
      app: "highlevel",
      operation: "opportunities.create",
      connection: "acme-dental",
      input: { name: "{{ trigger.email }}" },
    };
    const flow = { name: "Deals", trigger: { app: "http", operation: "webhook" }, steps: [step] };
    await house.api("POST", "/flows", flow);
    await web.open("/connections");
    await page.getByRole("button", { name: "More about Acme Dental" }).click();
    await page.getByRole("menuitem", { name: "Reconnect", exact: true }).click();
    // Creating one, and the list of pipelines from which a required field is chosen.
    for (const what of ["Change opportunities", "Read opportunities"])
      await dialog().getByRole("checkbox", { name: what, exact: true }).waitFor();
    await expectShown(dialog().getByText("for Deals"), 2);
    await web.expectGood("consent-more-scopes");
    await dialog().getByRole("button", { name: "Continue at HighLevel" }).click();
    await allowThere();
    await page.getByText("Acme Dental is connected").waitFor();
    expect((await acme()).scopes).toEqual(expect.arrayContaining(["contacts.write", "opportunities.readonly", "opportunities.write"]));
  });

  test("that was revoked is allowed anew, and the events that waited go through", async () => {
    const step = {
      id: "lead",
      app: "highlevel",
      operation: "contacts.upsert",
      connection: "acme-dental",
      input: { email: "{{ trigger.email }}" },
    };
    const flow = { name: "Leads", trigger: { app: "http", operation: "webhook" }, steps: [step] };
    const { id } = (await house.api<FlowDetail>("POST", "/flows", flow)).body;
    const { trigger } = (await house.api<FlowDetail>("POST", `/flows/${id}/publish`)).body;
    const attention = async () => (await house.api<RunList>("GET", "/runs?attention=true")).body.runs;
    const waiting = async () => (await house.api<RunList>("GET", "/runs?state=waiting")).body.runs;
    sandbox.faults.set({ kind: "token_revoked", count: 1 });
    await post(trigger.hookUrl!, JSON.stringify({ email: "first@consent.example" }));
    await until("the login is refused", waiting, (runs) => runs.length === 1);
    await post(trigger.hookUrl!, JSON.stringify({ email: "second@consent.example" }));
    await until("both runs wait", waiting, (runs) => runs.length === 2);
    expect(await attention()).toEqual([]);
    await web.open("/attention");
    await page.getByText(/^2 runs wait since .* once it works/).waitFor();
    await page.getByRole("link", { name: "Reconnect" }).first().click();
    await dialog().getByRole("button", { name: "Continue at HighLevel" }).click();
    await allowThere();
    await page.getByText("Acme Dental is connected").waitFor();
    await until(
      "they are through",
      () => house.runsOf(id),
      (runs) => runs.length === 2 && runs.every(({ state }) => state === "succeeded"),
    );
    const made = sandbox.state.contacts.all().filter(({ email }) => email?.endsWith("@consent.example"));
    expect(new Set(made.map(({ email }) => email))).toEqual(new Set(["first@consent.example", "second@consent.example"]));
    expect(await attention()).toEqual([]);
  });

  test("of an agency leads on to its sub-accounts, of which each that is ticked becomes a connection", async () => {
    const { state } = sandbox;
    const like = state.locations.get(acmeDental)!;
    for (let i = 0; i < 48; i++)
      state.locations.put({ ...like, id: `ve9Clinic${i}`.padEnd(20, "x"), name: `Clinic ${String(i).padStart(2, "0")}` });
    await web.open("/connections");
    await page.getByRole("button", { name: "Add connection" }).first().click();
    await dialog().getByLabel("Sign in at HighLevel").check();
    await dialog().getByLabel("Name", { exact: true }).fill("Our agency");
    await dialog().getByLabel("Client id").fill(client.clientId);
    await dialog().getByLabel("Client secret").fill(client.clientSecret);
    await dialog().getByRole("checkbox", { name: "Connect the agency's sub-accounts" }).check();
    await dialog()
      .getByText(/more scopes$/)
      .click();
    await dialog().getByRole("checkbox", { name: "Read contacts", exact: true }).check();
    await dialog().getByText("Another address of the API").click();
    await dialog().getByLabel("Base address").fill(house.millrace.sandbox!.url);
    await dialog().getByRole("button", { name: "Continue at HighLevel" }).click();
    await allowThere("Whole agency");
    await dialog().getByRole("heading", { name: "Sub-accounts of Our agency" }).waitFor();
    await dialog().getByText("connected as 'acme-dental'").waitFor();
    await web.expectGoodOnPhone("consent-sub-accounts");
    const clinic = state.locations.all().find(({ name }) => name === "Clinic 07")!;
    state.locations.put({ ...clinic, active: false });
    await dialog().getByRole("checkbox", { name: "All of them" }).check();
    const count = state.locations.all().length - 1;
    await dialog()
      .getByRole("button", { name: `Connect ${count} sub-accounts` })
      .click();
    await page.getByText(`${count - 1} sub-accounts of Our agency are connected`).waitFor();
    await dialog().getByRole("alert").getByText("Clinic 07").waitFor(); // the others went on
    state.locations.put(clinic);
    await dialog().getByRole("button", { name: "Connect 1 sub-account" }).click();
    await page.getByText("1 sub-account of Our agency is connected").waitFor();
    const { connections } = (await house.api<{ connections: ConnectionView[] }>("GET", "/connections")).body;
    expect(connections.filter(({ status, access }) => status === "connected" && access === "location")).toHaveLength(count + 1);
    const locationId = "ve9Newcomer".padEnd(20, "x");
    state.locations.put({ ...like, id: locationId, name: "Opened last week" });
    const url = `${house.millrace.sandbox!.url}/sandbox/apps/${client.clientId.split("-", 1)[0]}/install`;
    const headers = { "content-type": "application/json" };
    expect((await fetch(url, { method: "POST", headers, body: JSON.stringify({ locationId }) })).status).toBeLessThan(300);
    await page.getByRole("button", { name: "More about Our agency" }).click(); // many connections are lines, with a menu each
    await page.getByRole("menuitem", { name: "Sub-accounts" }).click();
    await dialog().getByLabel("Find a sub-account").fill("last WEEK");
    await dialog().getByText("Clinic 01").waitFor({ state: "detached" });
    await dialog().getByRole("checkbox", { name: "Opened last week" }).check();
    await dialog().getByRole("button", { name: "Connect 1 sub-account" }).click();
    await page.getByRole("article", { name: "Opened last week" }).waitFor();
  });

  test("that fails is begun again with what was typed, but for the secret", async () => {
    await web.open("/connections");
    await page.getByRole("button", { name: "Add connection" }).first().click();
    await dialog().getByLabel("Sign in at HighLevel").check();
    await dialog().getByLabel("Name", { exact: true }).fill("Second try");
    await dialog().getByLabel("Client id").fill(client.clientId);
    await dialog().getByLabel("Client secret").fill("not-the-secret");
    await dialog().getByText("Another address of the API").click();
    await dialog().getByLabel("Base address").fill(house.millrace.sandbox!.url);
    await dialog().getByRole("button", { name: "Continue at HighLevel" }).click();
    await allowThere();
    await page.getByText("the client id or secret may be wrong").waitFor();
    await page.getByRole("button", { name: "Go back and begin again" }).click();
    expect(await dialog().getByLabel("Name", { exact: true }).inputValue()).toBe("Second try");
    expect(await dialog().getByLabel("Client id").inputValue()).toBe(client.clientId);
    expect(await dialog().getByLabel("Client secret").inputValue()).toBe("");
    await dialog().getByLabel("Client secret").fill(client.clientSecret);
    await dialog().getByRole("button", { name: "Continue at HighLevel" }).click();
    await allowThere();
    await page.getByText("Second try is connected").waitFor();
    expect(new URL(page.url()).search).toBe("");
  });

  test("that comes back without having been asked for says so, and leads back", async () => {
    await page.goto(`${house.millrace.localUrl}/oauth/callback?code=made-up&state=made-up`);
    await page.getByRole("heading", { level: 1, name: "Not connected" }).waitFor();
    await page.getByText(/begun in another browser/).waitFor();
    expect(page.url()).not.toContain("made-up");
    expect(await keptInBrowser()).not.toContain("made-up");
    await web.expectGood("consent-over");
    await page.getByRole("button", { name: "Go back and begin again" }).click();
    await page.getByRole("heading", { level: 1, name: "Connections" }).waitFor();
  });
});
