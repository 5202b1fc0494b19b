/** Whoever runs a Millrace: how it is, and who changed what. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { readFile } from "node:fs/promises";
import type { FlowDetail } from "#api/schemas.ts";
import { connectAcme, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const web = webPage({ expected: /status of 400/ });
const { open, expectGood, expectGoodOnPhone } = web;

let house: House;
let page: Page;
let flowId: string;

beforeAll(async () => {
  ({ house, page } = web);
  await connectAcme(house.millrace);
  const definition = {
    name: "Greet every lead",
    trigger: { app: "http", operation: "webhook" },
    steps: [{ id: "note", format: { text: "{{ trigger.a }}" } }],
  };
  const flow = (await house.api<FlowDetail>("POST", "/flows", definition)).body;
  flowId = flow.id;
  await house.api("POST", `/flows/${flowId}/publish`);
  await house.api("PUT", `/flows/${flowId}`, { ...definition, name: "Greet every new lead of the practice" });
  await house.api("POST", `/flows/${flowId}/pause`);
  const bad = { name: "clinic-crm", app: "http", auth: "header", baseUrl: "https://crm.example.com", secret: { token: "v3rys3cret" } };
  const { body } = await house.api<{ id: string }>("POST", "/connections?verify=false", bad);
  await house.api("PATCH", `/connections/${body.id}?verify=false`, { title: "Clinic CRM" });
});

describe("the audit", () => {
  test("is reached with one click, and says who did what to which record, before and after", async () => {
    await open("/");
    await page.getByRole("navigation", { name: "Main" }).first().getByRole("link", { name: "Audit" }).click();
    await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
    await page.getByText("The workspace key saved the draft of the flow Greet every new lead of the practice").waitFor();
    await page.getByText("Greet every lead", { exact: true }).first().waitFor();
    await page.getByText("The workspace key changed the connection Clinic CRM").waitFor();
    expect(await page.getByRole("main").innerText()).not.toContain("v3rys3cret");
    await expectGoodOnPhone("audit");
  });

  test("is searched and filtered in the address, so that a view can be sent to a colleague", async () => {
    await page.getByLabel("Search changes").fill("CLINIC crm");
    await page.getByText("saved the draft").waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.get("text")).toBe("CLINIC crm");
    await page.getByLabel("Kind").selectOption({ label: "Flow" });
    await page.getByText("No change matches these filters.").waitFor();
    await expectGood("audit-nothing");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await open(`/audit?kind=flow&record=${flowId}`);
    await page.getByText("published version 1 of the flow").waitFor();
    expect(await page.getByText("the connection").count()).toBe(0);
  });

  test("leads from a published version to what it changed", async () => {
    await house.api("POST", `/flows/${flowId}/publish`);
    await open(`/audit?kind=flow&record=${flowId}`);
    await page.getByRole("link", { name: "Compare with version 1" }).click();
    await page.getByRole("heading", { name: "What changed" }).waitFor();
    expect(await page.getByLabel("The earlier state").inputValue()).toBe("1");
    expect(await page.getByLabel("The later state").inputValue()).toBe("2");
    await open(`/audit?kind=flow&record=${flowId}`);
  });

  test("is exported as filtered", async () => {
    await page.getByRole("button", { name: "Export changes" }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "For a spreadsheet (CSV)" }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toMatch(/^millrace-audit-[\d-]+\.csv$/);
    const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
    expect(lines.length).toBeGreaterThanOrEqual(5);
    expect(lines.every((line, n) => n === 0 || line.includes('"flow"'))).toBe(true);
  });
});

describe("the calls of the audit", () => {
  test("say which login was used for which call, and are filtered in the address", async () => {
    await house.api("POST", "/operations/contacts.search", { connection: "acme", input: { query: "nobody" } });
    await house.api("POST", "/operations/contacts.get", { connection: "acme", input: { contactId: "nobody" } });
    await open("/audit");
    await page.getByRole("radio", { name: "Calls" }).click();
    await page.getByText("The workspace key (direct call)").first().waitFor();
    await expectGoodOnPhone("audit-calls");
    await page.getByLabel("Answer").selectOption({ label: "Refused or none" });
    await page.getByText("Search Contacts").first().waitFor({ state: "detached" });
    expect(new URL(page.url()).search).toBe("?show=calls&failed=true");
    await page.getByRole("button", { name: "Export calls" }).click();
    const coming = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "For a program (JSON lines)" }).click();
    const lines = (await readFile(await (await coming).path(), "utf8")).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { operation: string }).operation)).toEqual(["contacts.get"]);
  });

  test("of one login are on its details, with a link to all of them", async () => {
    await open("/connections");
    await page.getByRole("button", { name: "Details of Acme Dental" }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByText("The workspace key (direct call)").first().waitFor();
    await expectGood("connection-calls");
    await sheet.getByRole("link", { name: "All calls with this login" }).click();
    await page.getByRole("search", { name: "Filter calls" }).waitFor();
  });
});

describe("the address of a flow", () => {
  test("is closed to senders that its trigger does not name, once that is published", async () => {
    await open(`/flows/${flowId}`);
    await page.getByRole("button", { name: /^When / }).click();
    await page.getByText("Events are accepted from every address.").waitFor();
    await page.getByRole("button", { name: "Limit senders" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Addresses").fill("203.0.113.7");
    await dialog.getByRole("button", { name: "Save senders" }).click();
    await page.getByText("Only 203.0.113.7. Everybody else is answered 403.").waitFor();
    await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
    await expectGood("flow-senders");
    await house.api("POST", `/flows/${flowId}/publish`);
    const { body } = await house.api<FlowDetail>("GET", `/flows/${flowId}`);
    expect(body.definition.trigger.senders).toEqual(["203.0.113.7"]);
    const refused = await fetch(body.trigger.hookUrl!, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    expect(refused.status).toBe(403);
    expect((await house.api<FlowDetail>("GET", `/flows/${flowId}`)).body.trigger.refusedSenders).toMatchObject([{ count: 1 }]);
  });
});

describe("an inbox", () => {
  test("is closed to senders that it does not name, and shows whom it refused", async () => {
    const { body: inbox } = await house.api<{ url: string }>("POST", "/inboxes", { name: "portal", title: "Portal" });
    await open("/inboxes");
    const card = page.getByRole("article", { name: "Portal" });
    await card.getByRole("button", { name: "Limit senders" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Addresses").fill("crm.example.com");
    await dialog.getByRole("button", { name: "Save senders" }).click();
    await dialog.getByText("'crm.example.com' is neither an address nor a range of addresses").waitFor();
    await dialog.getByLabel("Addresses").fill("203.0.113.7\n198.51.100.0/24");
    await expectGood("senders-form");
    await dialog.getByRole("button", { name: "Save senders" }).click();
    await card.getByText("Only 203.0.113.7, 198.51.100.0/24. Everybody else is answered 403.").waitFor();
    const refused = await fetch(inbox.url, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    expect(refused.status).toBe(403);
    await open("/inboxes");
    await card.getByText(/^1 request from (127\.0\.0\.1|::1) was refused/).waitFor();
    await card.getByText("The last event was refused; the reason is below. It came").waitFor();
    await expectGoodOnPhone("inbox-senders", card);
  });

  test("says what it refused and what that means, what arrived, for which client, and what it started", async () => {
    await house.listen("Greet contacts", { app: "highlevel", operation: "ContactCreate" });
    const { url, title } = await house.inbox("sandbox");
    const headers = { "content-type": "application/json" };
    expect((await fetch(url, { method: "POST", headers, body: '{"type":"ContactCreate"}' })).status).toBe(401);
    await house.api("POST", "/operations/contacts.create", { connection: "acme", input: { email: "ada@example.com" } });
    await open("/inboxes");
    const latest = page.getByRole("article", { name: title }).getByRole("region", { name: "Latest events" });
    await latest.getByText("It was not signed by HighLevel.").waitFor();
    await latest.getByText("Contact Created in Acme Dental").waitFor();
    await expectGoodOnPhone("inbox-latest", latest);
    await latest.getByRole("link", { name: "Open the run" }).click();
    await page.getByText("Greet contacts").first().waitFor();
  });
});

describe("the health of Millrace", () => {
  test("names what is wrong with the command or the page that puts it right, and folds away what is well", async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("Health");
    await page.getByRole("option", { name: "Health", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Health" }).waitFor();
    await page.getByRole("region", { name: "This machine" }).getByText("Backups", { exact: true }).waitFor();
    await page.getByText("npx millrace backup <folder>").waitFor();
    await page.getByRole("button", { name: "Copy the command" }).first().waitFor();
    await page
      .getByText(/checks? passed/)
      .first()
      .waitFor();
    await expectGoodOnPhone("health");
  });

  test("is looked at again on demand", async () => {
    await page.getByRole("button", { name: "Check again" }).click();
    await page.getByText("checked just now").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});
