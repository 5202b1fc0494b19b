/** An app of one's own, made on the pages: out of pasted requests, and out of an OpenAPI document with ticks. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { barriers, openBrowser, openPage, picture } from "#test/support/browser.ts";
import { openHelpdesk, type Helpdesk } from "#test/support/helpdesk.ts";
import { inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";

const { folder, remove } = inboxFolder();
let desk: Helpdesk;
let house: House;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  desk = await openHelpdesk();
  house = await openHouse(folder, false, undefined, { env: { MILLRACE_ALLOW_PRIVATE_HOSTS: desk.host } });
  browser = await openBrowser();
  ({ page, complaints } = await openPage(browser));
  page.setDefaultTimeout(20_000);
  await page.goto(house.millrace.links!.make());
  await page.getByRole("navigation", { name: "Main" }).first().waitFor();
});
afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await house?.millrace.close();
  await desk?.close();
  remove();
});

async function expectGood(name: string): Promise<void> {
  await picture(page, name);
  expect(await barriers(page), name).toEqual([]);
}

interface OwnApp {
  definition: {
    operations: { id: string; title: string; effect: string; path: string }[];
    triggers: { id: string; key?: string[] }[];
    auth: { kind: string }[];
  };
}
const definitionOf = async (app: string) => (await house.api<OwnApp>("GET", `/apps/${app}`)).body.definition;

const curls = () => `curl -X POST ${desk.origin}/api/tickets \\
  -H "X-Key: ${desk.key}" -H "Content-Type: application/json" \\
  -d '{ "subject": "The door is stuck", "priority": "low" }'

curl -X PUT ${desk.origin}/api/tickets/t_0 -H "X-Key: ${desk.key}" -H "Content-Type: application/json" -d '{ "priority": "high" }'`;

describe("an app made of pasted requests", () => {
  test("has two operations at once, and one event made of what the app posts", async () => {
    await page.goto(`${house.millrace.localUrl}/apps/new?by=request`);
    await page.getByLabel("curl command").fill(curls());
    await page.getByRole("button", { name: "Read the request" }).click();
    await page.getByText("2 operations of 2 ticked").waitFor();
    await page.getByLabel("What the app is called").fill("Our desk");
    await expectGood("define-review");
    await page.getByRole("button", { name: "Add 2 operations" }).click();
    await page.getByRole("heading", { name: "Our desk" }).waitFor();
    await page.getByRole("tab", { name: /Triggers/ }).click();
    await page.getByRole("button", { name: "Add event" }).click();
    const name = page.getByLabel("Name", { exact: true });
    await name.fill("");
    await name.pressSequentially("Ticket created");
    expect(await name.inputValue()).toBe("Ticket created");
    expect(await page.getByLabel("Id", { exact: true }).inputValue()).toBe("ticket.created");
    await page.getByLabel("What the app posts").fill('{ "id": "ev_1", "ticketId": "t_0", "subject": "Help", "email": "ada@example.com" }');
    await page.getByRole("button", { name: "Read the event" }).click();
    await page.getByRole("group", { name: "the example" }).waitFor();
    await page.getByRole("heading", { name: "How events are verified" }).waitFor();
    await expectGood("define-trigger");
    await page.getByRole("button", { name: "Save app" }).first().click();
    await page.getByText("Version 1 is saved").waitFor();
    const { operations, triggers, auth } = await definitionOf("our-desk");
    expect(operations.map(({ effect, path }) => [effect, path])).toEqual([
      ["create", "/tickets"],
      ["update", expect.stringMatching(/^\/tickets\/\{\w+\}$/)],
    ]);
    expect(triggers.map(({ id }) => id)).toEqual(["ticket.created"]);
    expect(auth.map(({ kind }) => kind)).toEqual(["header"]);
    expect(JSON.stringify(await definitionOf("our-desk"))).not.toContain(desk.key);
  });

  test("is tried beside its form, and the answer becomes the example of the operation", async () => {
    await house.api("POST", "/connections?verify=false", {
      name: "desk",
      title: "Our desk",
      app: "our-desk",
      auth: "header",
      secret: { token: desk.key },
    });
    await page.reload();
    await page.getByRole("tab", { name: /Operations/ }).click();
    await page.locator("[data-row]").filter({ hasText: "POST /tickets" }).click();
    await page.getByRole("button", { name: "Try it" }).click();
    const form = page.getByRole("region", { name: "Try it" });
    await form.getByText("optional field").or(form.getByLabel("Subject")).first().waitFor();
    if (!(await form.getByLabel("Subject").isVisible())) await form.getByText("optional field").click();
    await form.getByLabel("Subject").fill("The window is open");
    await form.getByLabel("Dry run").click();
    await form.getByRole("button", { name: "Run for real" }).click();
    await form.getByRole("button", { name: "Use as the example" }).click();
    await page.getByText("The answer is the example now").waitFor();
    expect(await page.getByLabel("Where the record is").inputValue()).toBe("ticket");
    await expectGood("define-answer");
    await page.getByRole("button", { name: "Save app" }).first().click();
    await page.getByText("Version 2 is saved").waitFor();
  });

  test("is used in a flow: its event starts it, and both actions are done", async () => {
    const { operations } = await definitionOf("our-desk");
    const [create, update] = operations.map(({ id }) => id);
    const name = /\{(\w+)\}/.exec(operations[1]!.path)![1]!;
    const { id } = (
      await house.api<{ id: string }>("POST", "/flows", {
        name: "Doors",
        trigger: { app: "our-desk", operation: "ticket.created" },
        steps: [
          {
            id: "urgent",
            app: "our-desk",
            operation: update,
            connection: "desk",
            input: { [name]: "{{ trigger.ticketId }}", priority: "high" },
          },
          { id: "copy", app: "our-desk", operation: create, connection: "desk", input: { subject: "Again: {{ trigger.subject }}" } },
        ],
      })
    ).body;
    await house.api("POST", `/flows/${id}/publish`, {});
    await page.goto(`${house.millrace.localUrl}/flows/${id}`);
    const { trigger } = (await house.api<{ trigger: { hookUrl: string } }>("GET", `/flows/${id}`)).body;
    await fetch(trigger.hookUrl, { method: "POST", body: JSON.stringify({ id: "ev_2", ticketId: "t_0", subject: "Help" }) });
    await until(
      "both tickets are written",
      async () => desk.tickets,
      (tickets) => tickets.some(({ subject }) => subject === "Again: Help"),
    );
    expect(desk.tickets[0]?.priority).toBe("high");
  });

  test("tests an address with requests of its own, which are described in the form and answered so", async () => {
    await page.goto(`${house.millrace.localUrl}/apps/our-desk?tab=triggers`);
    const request = (n: number) => page.getByRole("group", { name: `Test request ${n}` });
    const add = page.getByRole("button", { name: "Add test request" });
    await add.click();
    await request(1).getByLabel("Name of the parameter").fill("check");
    await add.click();
    await request(2).getByLabel("Recognized by").selectOption({ label: "A header" });
    await request(2).getByLabel("Name of the header").fill("X-Handshake");
    await request(2).getByLabel("Sent back as").selectOption({ label: "A header" });
    await request(2).getByLabel("Header of the answer").fill("X-Handshake");
    await add.click();
    await request(3).getByLabel("Recognized by").selectOption({ label: "Its JSON body" });
    await request(3).getByLabel("Path in the body", { exact: true }).fill("event");
    await request(3).getByLabel("Its value").fill("validate");
    await request(3).getByLabel("Text to send back").selectOption({ label: "Its JSON body" });
    await request(3).getByLabel("Path in the body of the text").fill("payload.word");
    await request(3).getByLabel("Sent back as").selectOption({ label: "A JSON object" });
    await request(3).getByLabel("Member of the object").fill("word");
    await request(3).getByLabel("Signed as well").selectOption({ label: "Yes, in another member" });
    await page.getByRole("button", { name: "Save app" }).first().click();
    await request(3).getByText("needs a secret: say in verify where that is").waitFor();
    await expectGood("define-test-requests");
    await request(3).getByLabel("Signed as well").selectOption({ label: "No" });
    await page.getByRole("button", { name: "Save app" }).first().click();
    await page.getByText("Version 3 is saved").waitFor();
    const { flows } = (await house.api<{ flows: { name: string; trigger: { hookUrl: string } }[] }>("GET", "/flows")).body;
    const { hookUrl } = flows.find(({ name }) => name === "Doors")!.trigger;
    expect(await (await fetch(`${hookUrl}?check=hello`)).text()).toBe("hello");
    const shaken = await fetch(hookUrl, { method: "POST", headers: { "X-Handshake": "secret-42" } });
    expect(shaken.headers.get("x-handshake")).toBe("secret-42");
    const body = JSON.stringify({ event: "validate", payload: { word: "mill" } });
    expect(await (await fetch(hookUrl, { method: "POST", body })).json()).toEqual({ word: "mill" });
  });
});

/** A document of eight operations in two groups; a later one without one of them. */
const document = (version: 1 | 2) => {
  const ok = (schema: object) => ({ responses: { 200: { description: "Fine", content: { "application/json": { schema } } } } });
  const record = { type: "object", properties: { id: { type: "string" }, name: { type: "string" } } };
  const one = (tag: string, operationId: string) => ({ tags: [tag], operationId, summary: `${operationId} of the desk`, ...ok(record) });
  const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
  const thing = (tag: string) => ({
    [`/${tag.toLowerCase()}`]: {
      get: { ...one(tag, `list${tag}`), ...ok({ type: "object", properties: { [tag.toLowerCase()]: { type: "array", items: record } } }) },
      post: one(tag, `create${tag}`),
    },
    [`/${tag.toLowerCase()}/{id}`]: {
      parameters: [id],
      get: one(tag, `get${tag}`),
      ...(version === 1 && { delete: one(tag, `delete${tag}`) }),
    },
  });
  return JSON.stringify({
    openapi: "3.0.3",
    info: { title: "Desk by document", version: `${version}` },
    servers: [{ url: `${desk.origin}/api` }],
    components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
    security: [{ key: [] }],
    paths: { ...thing("Tickets"), ...thing("Agents") },
  });
};
const choose = async (version: 1 | 2) =>
  page
    .getByLabel("Choose a file")
    .setInputFiles({ name: "desk.json", mimeType: "application/json", buffer: Buffer.from(document(version)) });

describe("an app made of a document", () => {
  test("has the operations that were ticked, with the effects that were chosen", async () => {
    await page.goto(`${house.millrace.localUrl}/apps/new?by=document`);
    await page.getByRole("group", { name: "A document as a file" }).waitFor();
    await choose(1);
    await page.getByText("8 operations of 8 ticked").waitFor();
    await page.getByRole("checkbox", { name: "All of Agents" }).uncheck();
    await page.getByText("4 operations of 8 ticked").waitFor();
    await page.getByLabel(/^What create.*Tickets.* does$/i).selectOption({ label: "Sends" });
    await expectGood("import-review");
    await page.getByRole("button", { name: "Add 4 operations" }).click();
    await page.getByRole("button", { name: "Save app" }).first().click();
    await page.getByText("Version 1 is saved").waitFor();
    const { operations } = await definitionOf("desk-by-document");
    expect(operations.map(({ effect, path }) => [effect, path])).toEqual([
      ["read", "/tickets"],
      ["send", "/tickets"],
      ["read", "/tickets/{id}"],
      ["delete", "/tickets/{id}"],
    ]);
  });

  test("says what a newer document changes and which flow it breaks, before it replaces the old one", async () => {
    const gone = (await definitionOf("desk-by-document")).operations.find(({ effect }) => effect === "delete")!.id;
    await house.api("POST", "/flows", {
      name: "Tidy up",
      trigger: { app: "schedule", operation: "cron", every: "1d" },
      steps: [{ id: "gone", app: "desk-by-document", operation: gone, input: { id: "t_0" } }],
    });
    await page.getByRole("button", { name: /^More about/ }).click();
    await page.getByRole("menuitem", { name: "Add from a document or request" }).click();
    await page.getByRole("group", { name: "A document as a file" }).waitFor();
    await choose(2);
    await page.getByText("3 operations of 6 ticked").waitFor();
    await page.getByRole("button", { name: "See what replacing changes" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Tidy up").waitFor();
    await expectGood("import-difference");
    await dialog.getByRole("button", { name: /^Replace/ }).click();
    await page.getByText("Version 2 is saved").waitFor();
    const { operations } = await definitionOf("desk-by-document");
    expect(operations.map(({ id }) => id)).not.toContain(gone);
    expect(operations.filter(({ path }) => path === "/tickets").map(({ effect }) => effect)).toContain("send");
    await page.getByRole("tab", { name: "Versions" }).click();
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Load version 1" }).click();
    await page.getByText(/with changes that are kept in this browser/).waitFor();
  });
});
