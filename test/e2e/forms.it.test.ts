/** What used to need JSON: a field that is emptied, members nobody describes, and the signature of a sender. */
import { createHmac } from "node:crypto";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { FlowDetail } from "#api/schemas.ts";
import { firstWorkspaceId as workspaceId } from "#server/start/store.ts";
import { connectAcme, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental } = sandboxDefaults;
const web = webPage();
const { open, expectGoodOnPhone: expectGood } = web;
const secret = "shared-secret-of-the-shop";

let house: House;
let page: Page;
let contactId: string;

beforeAll(async () => {
  ({ house, page } = web);
  const token = await connectAcme(house.millrace);
  await house.millrace.vault.connect(workspaceId, {
    name: "shop-secret",
    title: "Secret of the shop",
    app: "http",
    auth: "header",
    baseUrl: "https://shop.example",
    secret: { token: secret },
  });
  const made = await fetch(`${house.millrace.sandbox!.url}/contacts/`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, version: "2021-07-28", "content-type": "application/json" },
    body: JSON.stringify({ locationId: acmeDental, email: "ada@forms.example", firstName: "Ada", city: "Marylebone", tags: ["vip"] }),
  });
  contactId = ((await made.json()) as { contact: { id: string } }).contact.id;
});

const kept = () => house.millrace.sandbox!.systems.state.contacts.get(contactId)!;

describe("the form of an operation", () => {
  test("empties a field on purpose, says what that does, and shows it in the dry run", async () => {
    await open("/catalog/highlevel/contacts/update");
    const form = page.getByRole("region", { name: "Try it" });
    await form.getByLabel("Connection").selectOption({ label: "Acme Dental" });
    await form
      .getByLabel(/^Contact/)
      .first()
      .fill(contactId);
    await form.getByText(/optional fields/).click();
    await form.getByRole("button", { name: "Empty this field: City" }).click();
    await form.getByText("Will be emptied: what HighLevel holds here is removed.").waitFor();
    await form.getByRole("button", { name: "Empty this field: Tags" }).click();
    await form.getByRole("button", { name: "Do not empty Tags" }).click();
    await form.getByRole("button", { name: "Run dry" }).click();
    await form.getByText("emptied", { exact: true }).waitFor();
    await form.getByText("Marylebone").first().waitFor();
    await form.getByText("emptied", { exact: true }).scrollIntoViewIfNeeded();
    await expectGood("forms-emptied", form.getByText("Will be emptied:"));
    expect(kept()).toMatchObject({ city: "Marylebone", tags: ["vip"] });
  });

  test("and in earnest that field is empty, and no other", async () => {
    const form = page.getByRole("region", { name: "Try it" });
    await form.getByRole("switch", { name: "Dry run" }).click();
    await form.getByRole("button", { name: "Run for real" }).click();
    await until(
      "the field is empty",
      async () => kept().city ?? "",
      (name) => name === "",
    );
    expect(kept()).toMatchObject({ firstName: "Ada", tags: ["vip"] });
  });

  test("sends further fields, marked as what HighLevel may ignore", async () => {
    await open("/catalog/highlevel/locations~create-custom-field");
    const form = page.getByRole("region", { name: "Try it" });
    await form.getByLabel("Connection").selectOption({ label: "Acme Dental" });
    await form.getByLabel(/^Location/).fill(acmeDental);
    await form.getByLabel(/^Name/).first().fill("Treatment");
    await form.getByLabel(/^Data type/).fill("SINGLE_OPTIONS");
    await form.getByText("Further fields", { exact: true }).click();
    const rows = form.getByRole("group", { name: /^Further field/ });
    await rows.nth(0).getByLabel("Name").fill("options");
    await rows.nth(0).getByLabel("Value").fill('["Implants", "Whitening"]');
    await rows.nth(0).getByText("sent as a list").waitFor();
    await form.getByRole("button", { name: "Add another" }).click();
    await rows.nth(1).getByLabel("Name").fill("parentId");
    await rows.nth(1).getByLabel("Value").fill("f_1");
    await form.getByRole("button", { name: "Run dry" }).click();
    await form.getByText("not documented by HighLevel: may be ignored or refused").first().waitFor();
    await form.getByText("not documented by HighLevel: may be ignored or refused").first().scrollIntoViewIfNeeded();
    await expectGood("forms-further", form.getByText("Further fields", { exact: true }));
    await form.getByRole("switch", { name: "Dry run" }).click();
    await form.getByRole("button", { name: "Run for real" }).click();
    const fields = () => house.millrace.sandbox!.systems.state.customFields.inLocation(acmeDental).find(({ name }) => name === "Treatment");
    await until(
      "the field is made",
      async () => fields(),
      (field) => field !== undefined,
    );
    expect(fields()).toMatchObject({ picklistOptions: ["Implants", "Whitening"], parentId: "f_1" });
  });
});

describe("the trigger of a webhook", () => {
  let flow: FlowDetail;
  beforeAll(async () => {
    const made = {
      name: "Orders of the shop",
      trigger: { app: "http", operation: "webhook" },
      steps: [{ id: "seen", format: { id: "{{ trigger.id }}" } }],
    };
    flow = (await house.api<FlowDetail>("POST", "/flows", made)).body;
  });
  const present = async () => (await house.api<FlowDetail>("GET", `/flows/${flow.id}`)).body;
  const posted = async (headers: Record<string, string>) => {
    const body = JSON.stringify({ id: 7 });
    const reply = await fetch((await present()).trigger.hookUrl!.replace(/^https?:\/\/[^/]+/, house.millrace.localUrl), {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    return reply.status;
  };
  const signatureOf = (text: string) => createHmac("sha256", secret).update(text).digest("hex");

  test("is set up by a form with who signs its events, without JSON", async () => {
    await open(`/flows/${flow.id}`);
    await page.getByRole("button", { name: /^When / }).click();
    await page.getByText("Nothing is checked: whoever knows the address can post events.").waitFor();
    await page.getByRole("button", { name: "Check a signature" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Sender").selectOption("GitHub");
    expect(await dialog.getByRole("button", { name: "Use it" }).isDisabled()).toBe(true);
    await dialog.getByLabel(/^Secret/).selectOption({ label: "Secret of the shop" });
    await dialog.getByText("An event counts only if the header x-hub-signature-256 shows that it was signed with the secret.").waitFor();
    await web.expectGood("forms-signature"); // on the phone the panel is a sheet, and its dialogs close when one turns into the other
    await dialog.getByRole("button", { name: "Use it" }).click();
    await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
    expect((await present()).definition["trigger"]).toMatchObject({ connection: "shop-secret", input: { signature: "github" } });
  });

  test("and once published takes what is signed, and nothing else", async () => {
    await page.getByRole("button", { name: "Publish flow" }).click();
    await page.getByRole("button", { name: "Pause flow" }).waitFor();
    await expectGood("forms-signed");
    expect(await posted({})).toBe(401);
    expect(await posted({ "x-hub-signature-256": `sha256=${signatureOf(JSON.stringify({ id: 7 }))}` })).toBe(202);
  });

  test("takes a way of signing that has no name here", async () => {
    await page.getByRole("button", { name: "Change signature" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Sender").selectOption("Another sender");
    await dialog.getByLabel(/^Signature header/).fill("X-Shop-Sig");
    await dialog.getByLabel("Before the signature").fill("v1=");
    await dialog.getByLabel("Timestamp header").fill("X-Shop-Time");
    await dialog.getByLabel("Tolerance in seconds").fill("60");
    await web.expectGood("forms-signature-own");
    await dialog.getByRole("button", { name: "Use it" }).click();
    await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Publish flow" }).click();
    await page.getByRole("dialog", { name: "Publish these changes?" }).getByRole("button", { name: "Publish flow" }).click();
    await until("it is published", present, ({ changed }) => !changed);
    const time = String(Math.floor(Date.now() / 1000));
    expect(await posted({ "x-shop-sig": `v1=${signatureOf(`${time}.${JSON.stringify({ id: 7 })}`)}` })).toBe(401);
    expect(await posted({ "x-shop-sig": `v1=${signatureOf(`${time}.${JSON.stringify({ id: 7 })}`)}`, "x-shop-time": time })).toBe(202);
  });

  test("and leads to the page that says how", async () => {
    const reply = await fetch(`${house.millrace.localUrl}/docs/webhooks.md`);
    expect([reply.status, (await reply.text()).includes("To accept only signed events")]).toEqual([200, true]);
    expect((await fetch(`${house.millrace.localUrl}/docs/..%2Fpackage.json`)).status).toBe(404);
  });
});
