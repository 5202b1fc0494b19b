import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { customFields, defaultAppId as app, users } from "./defaults.ts";
import { families } from "./page/families.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  bench.sandbox.setWebhook({ url: "http://127.0.0.1:9/hook" });
});
afterEach(() => bench.sandbox.close());

const open = { authorization: undefined, version: undefined };
const look = async (path: string) => (await bench.call("GET", path, undefined, open)).text;
const press = (path: string, fields: Record<string, string> | [string, string][] = {}) =>
  bench.call("POST", path, new URLSearchParams(fields).toString(), { ...open, "content-type": "application/x-www-form-urlencoded" });
const sent = async () => {
  await bench.clock.advance(0);
  await bench.sandbox.webhooks.settled();
  return bench.posted.splice(0).map(({ body }) => body.type);
};

describe("records", () => {
  test.each(Object.keys(families))("%s are shown, of the sub-account asked for", async (family) => {
    const { title, lines } = families[family]!;
    const page = await look(`/ui/records?family=${family}&location=${bench.acme}`);
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).toContain(`Acme Dental · ${lines(bench.sandbox.state, bench.acme).length}`);
  });

  test("an unknown family, place or record shows something all the same", async () => {
    expect(await look("/ui/records?family=constructor&location=nowhere&change=nothing")).toContain("<h1>Appointments</h1>");
  });

  test("are renamed, switched and deleted by their forms, and escape what they are called", async () => {
    const back = `/ui/records?family=customFields&location=${bench.acme}`;
    expect(await look(`${back}&change=${customFields.score}`)).toContain(`action="/sandbox/records/customFields/${customFields.score}"`);
    const reply = await press(`/sandbox/records/customFields/${customFields.score}`, { name: "<b>Score</b>", back });
    expect([reply.status, reply.headers.location]).toEqual([303, back]);
    expect(await look(back)).toContain("&lt;b&gt;Score&lt;/b&gt;");
    await press(`/sandbox/records/customFields/${customFields.score}/delete`, { back });
    expect(await look(back)).not.toContain(customFields.score);
    await press(`/sandbox/records/users/${users.desk}`, { active: "false", back: "https://evil.example.com/" });
    expect(bench.sandbox.state.users.get(users.desk)!.deactivated).toBe(true);
  });

  test("a form leads back to a page of the sandbox alone", async () => {
    for (const back of ["https://evil.example.com/", "//evil.example.com", "/ui/../../x\\@evil"])
      expect((await press(`/sandbox/records/users/${users.desk}`, { active: "true", back })).headers.location).toBe("/ui/records");
  });
});

describe("contacts", () => {
  const named = (email: string) => bench.sandbox.state.contacts.inLocation(bench.acme).find((c) => c.email === email)!;

  test("are made and changed by forms, as on the vendor's own page: webhooks are sent", async () => {
    await press("/sandbox/contacts", { locationId: bench.acme, firstName: "Ada", email: "ada@example.com", lastName: "", phone: "" });
    const { id } = named("ada@example.com");
    expect(await sent()).toEqual(["ContactCreate"]);
    await press(`/sandbox/contacts/${id}`, { tags: "vip, gold" });
    expect([named("ada@example.com").tags, await sent()]).toEqual([
      ["vip", "gold"],
      ["ContactUpdate", "ContactTagUpdate"],
    ]);
    await press(`/sandbox/contacts/${id}`, { field: customFields.score, value: "9" });
    expect(await look(`/ui/contacts/${id}`)).toMatch(/Net promoter score<\/dt>\s*<dd>9/);
    await press(`/sandbox/contacts/${id}`, { firstName: "Ada", lastName: "Byron", email: "byron@example.com", phone: "" });
    expect(named("byron@example.com")).toMatchObject({ id, lastName: "Byron", tags: ["vip", "gold"] });
  });

  test("that the vendor would refuse are refused, and nothing is kept", async () => {
    const before = bench.sandbox.state.contacts.countIn(bench.acme);
    expect((await press("/sandbox/contacts", { locationId: bench.acme, email: "not an address" })).status).toBe(422);
    expect((await press("/sandbox/contacts", { locationId: bench.acme })).status).toBe(400);
    expect((await press("/sandbox/contacts/nobody", { firstName: "Ada" })).status).toBe(404);
    expect(bench.sandbox.state.contacts.countIn(bench.acme)).toBe(before);
  });
});

describe("sub-accounts", () => {
  test("are offered by name on every page, so that a restart offers the same one first", async () => {
    for (const path of ["/", "/ui/records", "/ui/connect", "/ui/webhooks"]) {
      const names = [...(await look(path)).matchAll(/<option value="[\w-]*"[^>]*>(Acme Dental|Bright Smiles)/g)].map(([, name]) => name);
      expect([path, names.slice(0, 2)]).toEqual([path, ["Acme Dental", "Bright Smiles"]]);
    }
  });
});

describe("webhooks", () => {
  test("are sent by a form, shown with their answer, and sent again", async () => {
    bench.answers.push(503);
    await press("/sandbox/events", { event: "InvoicePaid", locationId: bench.acme });
    await sent();
    const page = await look("/ui/webhooks");
    expect(page).toMatch(/InvoicePaid<\/td>[\s\S]*failed[\s\S]*503/);
    const again = /\/sandbox\/webhooks\/[\w-]+\/again/.exec(page)![0];
    expect((await press(again)).headers.location).toBe("/ui/webhooks");
    await sent();
    expect(await look("/ui/webhooks")).toContain("delivered");
  });

  test("ticks are those of the form, none included", async () => {
    await press("/sandbox/webhook", [
      ["events", ""],
      ["events", "NoteCreate"],
    ]);
    expect(await look("/ui/webhooks")).toContain("1 of");
    await press("/sandbox/events", { event: "ContactCreate", locationId: bench.acme });
    expect(await sent()).toEqual([]);
    await press("/sandbox/webhook", { events: "" });
    expect(await look("/ui/webhooks")).toContain("0 of");
  });

  test("what is not on a form stays as it was", async () => {
    await press("/sandbox/webhook", { signatures: "both", retries: "failed", typed: "true" });
    await press("/sandbox/webhook", { eventName: "NoteCreate", eventUrl: "http://127.0.0.1:9/notes" });
    expect((await bench.call("GET", "/sandbox/state", undefined, open)).body.webhooks).toMatchObject([
      {
        url: "http://127.0.0.1:9/hook",
        eventUrls: { NoteCreate: "http://127.0.0.1:9/notes" },
        events: "all",
        signatures: "both",
        retries: "failed",
        typed: true,
      },
    ]);
    await press("/sandbox/webhook", { url: "", eventName: "NoteCreate", eventUrl: "" });
    await press("/sandbox/events", { event: "NoteCreate", locationId: bench.acme });
    expect(await sent()).toEqual([]);
  });

  test("an address that is none is refused", async () => {
    expect((await press("/sandbox/webhook", { eventName: "NoteCreate", eventUrl: "javascript:alert(1)" })).status).toBe(400);
  });
});

test("installs are made and ended by their buttons, and the grace of refresh tokens is switched", async () => {
  expect(await look("/ui/connect")).toContain("Uninstall everywhere");
  await press(`/sandbox/apps/${app}/uninstall`, { locationId: bench.acme });
  await press(`/sandbox/apps/${app}/install`, { locationId: bench.acme });
  await press(`/sandbox/apps/${app}/uninstall`);
  expect(await sent()).toEqual(["UNINSTALL", "INSTALL", "UNINSTALL", "UNINSTALL"]);
  await press(`/sandbox/apps/${app}/install`, { agency: "true" });
  expect(await look("/ui/connect")).toContain("Uninstall everywhere");
  await press("/sandbox/settings", { refreshGrace: "false" });
  expect(await look("/ui/connect")).toContain("Switch the grace on");
});

test("another app has its own installs and webhooks, by its name in the page", async () => {
  const other = (await bench.call("POST", "/sandbox/apps", { name: "Other <app>" }, open)).at("id");
  expect(await look("/ui/connect")).toContain("Other &lt;app&gt;</option>");
  expect(await look(`/ui/connect?app=${other}`)).not.toContain("Uninstall");
  const reply = await press(`/sandbox/apps/${other}/install`, { locationId: bench.smiles });
  expect(reply.headers.location).toBe(`/ui/connect?app=${other}`);
  await press("/sandbox/webhook", { appId: other, url: "http://127.0.0.1:9/other", back: `/ui/webhooks?app=${other}` });
  expect(await look(`/ui/webhooks?app=${other}`)).toContain("http://127.0.0.1:9/other");
  expect(await look("/ui/webhooks?app=nothing")).toContain("http://127.0.0.1:9/hook");
});
