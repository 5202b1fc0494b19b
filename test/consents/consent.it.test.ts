/** A login that a person allows at the app's page, against the sandbox's: over the API, on a clock that the test moves. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ConnectionView, ConsentNeeds, ConsentPage } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { inboxFolder, openHouse, type House } from "#test/support/inbox.ts";

const { acmeDental } = sandboxDefaults;
const clock = new TestClock(Date.now());
const { folder, remove } = inboxFolder();

let house: House;
let sandbox: Sandbox;
let client: { clientId: string; clientSecret: string };
let baseUrl: string;
beforeAll(async () => {
  house = await openHouse(folder, true, clock);
  sandbox = house.millrace.sandbox!.systems;
  baseUrl = house.millrace.sandbox!.url;
  const { clientId, clientSecret } = sandbox.issueToken({ kind: "oauth", locationId: acmeDental });
  client = { clientId: clientId!, clientSecret: clientSecret! };
});
afterAll(async () => {
  await house.millrace.close();
  remove();
});

type Refusal = { error: { code: string; message: string } };
const scopes = ["contacts.readonly", "locations.readonly"];
const begin = async (more: Record<string, unknown> = {}) => {
  const body = { app: "highlevel", auth: "oauth2", baseUrl, secret: client, scopes, ...more };
  return (await house.api<ConsentPage & Refusal>("POST", "/consents", body)).body;
};
const beginFor = async (connection: string, asked = scopes) =>
  (await house.api<ConsentPage>("POST", "/consents", { connection, scopes: asked })).body;
/** Allows it at the sandbox's page, as a person does; gives what comes back to the redirect address. */
async function allow({ url }: ConsentPage, location: string = acmeDental) {
  const form = new URLSearchParams([...new URL(url).searchParams, ["location", location]]);
  const { origin, pathname } = new URL(url);
  const reply = await fetch(origin + pathname, { method: "POST", body: form, headers: { origin }, redirect: "manual" });
  const { searchParams } = new URL(reply.headers.get("location")!);
  return { state: searchParams.get("state")!, code: searchParams.get("code")! };
}
const finish = (reply: { state: string; code?: string; refusal?: string }) =>
  house.api<ConnectionView & Refusal>("POST", "/consents/finish", reply);
const otherLocation = () => sandbox.state.locations.all().find(({ id }) => id !== acmeDental)!.id;

describe("a login allowed at HighLevel's page", () => {
  beforeEach(async () => {
    const { connections } = (await house.api<{ connections: ConnectionView[] }>("GET", "/connections")).body;
    for (const { id } of connections) await house.api("DELETE", `/connections/${id}?force=true`);
  });

  test("becomes a connection that works, called what its sub-account is called", async () => {
    const { url, expiresAt } = await begin();
    expect(new URL(url).searchParams.get("scope")).toBe("contacts.readonly locations.readonly");
    expect(new URL(url).searchParams.get("redirect_uri")).toBe(`${house.millrace.localUrl}/oauth/callback`);
    expect(expiresAt).toBe(clock.now() + 3_600_000);
    const { body } = await finish(await allow({ url, expiresAt }));
    expect(body).toMatchObject({
      name: "acme-dental",
      title: "Acme Dental",
      status: "connected",
      locationId: acmeDental,
      access: "location",
      scopes,
    });
    expect(JSON.stringify(body)).not.toContain(client.clientSecret);
  });

  test("keeps the name that was typed, and a second one of the same name gets a number", async () => {
    const names = [];
    for (const title of ["Our dentist", "Our dentist"]) names.push((await finish(await allow(await begin({ title })))).body);
    expect(names.map(({ name, title }) => [name, title])).toEqual([
      ["our-dentist", "Our dentist"],
      ["our-dentist-2", "Our dentist"],
    ]);
  });

  test("is finished once, within an hour, and by whoever began it", async () => {
    const once = await allow(await begin());
    expect((await finish(once)).status).toBe(200);
    expect((await finish(once)).body.error).toMatchObject({ code: "CONSENT_OVER", message: expect.stringContaining("Begin it again") });
    expect((await finish({ state: "made-up", code: "x" })).body.error.code).toBe("CONSENT_OVER");

    const late = await allow(await begin());
    await clock.advance(3_600_000);
    expect((await finish(late)).body.error.code).toBe("CONSENT_OVER");

    const link = new URL(house.millrace.links!.make());
    const token = new URLSearchParams(link.hash.slice(1)).get("open")!;
    const page = { origin: link.origin, "x-millrace": "1", "content-type": "application/json" };
    const signIn = await fetch(`${link.origin}/api/v1/session`, { method: "POST", headers: page, body: JSON.stringify({ link: token }) });
    const cookie = signIn.headers.get("set-cookie")!.split(";")[0]!;
    const others = await allow(await begin());
    const stolen = await fetch(`${link.origin}/api/v1/consents/finish`, {
      method: "POST",
      headers: { ...page, cookie },
      body: JSON.stringify(others),
    });
    expect([stolen.status, ((await stolen.json()) as Refusal).error.code]).toEqual([409, "CONSENT_OVER"]);
    expect((await finish(others)).status).toBe(200);
  });

  test("that is refused, or whose code is wrong, says so in the app's words and makes nothing", async () => {
    const { state } = await allow(await begin());
    const refused = (await finish({ state, refusal: "The person said no" })).body.error;
    expect(refused).toMatchObject({
      code: "CONSENT_REFUSED",
      message: expect.stringContaining("HighLevel gave no login: The person said no"),
    });
    const wrong = await allow(await begin());
    expect((await finish({ ...wrong, code: "not-it" })).body.error.code).toBe("CONSENT_REFUSED");
    expect((await house.api<{ connections: unknown[] }>("GET", "/connections")).body.connections).toEqual([]);
  });

  test("gives a connection its scopes anew, and its name, flows and sub-account stay", async () => {
    const first = (await finish(await allow(await begin()))).body;
    const again = await beginFor(first.name, [...scopes, "contacts.write"]);
    const renewed = (await finish(await allow(again))).body;
    expect(renewed).toMatchObject({ id: first.id, name: first.name, status: "connected", scopes: [...scopes, "contacts.write"] });
  });

  test("is asked again for all that it has, also for what the app's definition does not name", async () => {
    const first = (await finish(await allow(await begin()))).body;
    await house.api("PATCH", `/connections/${first.id}?verify=false`, { scopes: [...scopes, "beta.readonly"] });
    const needs = (await house.api<ConsentNeeds>("GET", `/consents/needs?app=highlevel&connection=${first.name}`)).body;
    expect(needs.scopes.filter(({ granted }) => granted).map(({ scope }) => scope)).toEqual(["beta.readonly", ...scopes]);
  });

  test("for another sub-account than the connection's is refused, and the old login goes on", async () => {
    const first = (await finish(await allow(await begin()))).body;
    for (const elsewhere of [otherLocation(), "agency"]) {
      const refused = await finish(await allow(await beginFor(first.id), elsewhere));
      expect(refused.body.error).toMatchObject({ code: "CONFLICT", message: expect.stringContaining(`is for ${acmeDental}`) });
      const says = refused.body.error.message;
      expect(says.includes("or connect the agency, and the sub-account from there")).toBe(elsewhere === "agency");
    }
    expect((await house.api<{ ok: boolean }>("POST", `/connections/${first.id}/test`)).body.ok).toBe(true);
  });

  test("is not saved to a connection that was moved to another address meanwhile", async () => {
    const first = (await finish(await allow(await begin()))).body;
    const open = await beginFor(first.id);
    const moved = { baseUrl: "https://elsewhere.example", secret: { accessToken: "nothing" } };
    expect((await house.api("PATCH", `/connections/${first.id}?verify=false`, moved)).status).toBe(200);
    const refused = (await finish(await allow(open))).body.error;
    expect(refused).toMatchObject({ code: "CONFLICT", message: expect.stringContaining("another address") });
  });

  test("that several finish at the same moment is one connection each, though the account is the same", async () => {
    const replies = [await allow(await begin()), await allow(await begin()), await allow(await begin())];
    const finished = await Promise.all(replies.map(finish));
    expect(finished.map(({ body }) => body.name).toSorted()).toEqual(["acme-dental", "acme-dental-2", "acme-dental-3"]);
  });

  test("whose refusal is a long story says its beginning", async () => {
    const { state } = await allow(await begin());
    const refused = (await finish({ state, refusal: "The person said no. ".repeat(150) })).body.error;
    expect(refused).toMatchObject({ code: "CONSENT_REFUSED", message: expect.stringContaining("The person said no") });
  });

  test("needs the client that asks, and says which field is missing", async () => {
    expect((await begin({ secret: { clientId: client.clientId } })).error.message).toContain("secret.clientSecret");
    expect((await begin({ secret: { ...client, accessToken: "x" } })).error.message).toContain("secret.accessToken");
    expect((await begin({ auth: "token", secret: client })).error.message).toContain("auth");
  });
});

describe("an agency that signs in once", () => {
  const agencyScopes = ["oauth.readonly", "oauth.write", "locations.readonly", "contacts.readonly"];
  type List = { subAccounts: { locationId: string; name: string; installed: boolean; connection: string | null }[] };
  const listOf = async (id: string) => (await house.api<List>("GET", `/connections/${id}/sub-accounts`)).body.subAccounts;
  const connect = (id: string, locationIds: string[]) =>
    house.api<{ connected: ConnectionView[]; refused: { locationId: string; message: string }[] }>(
      "POST",
      `/connections/${id}/sub-accounts`,
      { locationIds },
    );
  let agency: ConnectionView;
  beforeEach(async () => {
    const { connections } = (await house.api<{ connections: ConnectionView[] }>("GET", "/connections")).body;
    for (const { id } of connections) await house.api("DELETE", `/connections/${id}?force=true`);
    agency = (await finish(await allow(await begin({ scopes: agencyScopes, title: "Our agency" }), "agency"))).body;
  });

  test("is called what HighLevel calls the agency where the login may read it", async () => {
    const { body } = await finish(await allow(await begin({ scopes: [...agencyScopes, "companies.readonly"] }), "agency"));
    expect(body).toMatchObject({ access: "agency", title: "Riverside Agency" });
  });

  test("has all its sub-accounts connected, each with a login of its own that works without the agency's", async () => {
    expect(agency).toMatchObject({ access: "agency", status: "connected" });
    const places = await listOf(agency.id);
    expect(places.map(({ name }) => name)).toEqual(places.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b)));
    expect(places.length).toBe(sandbox.state.locations.all().length);
    const { body } = await connect(
      agency.id,
      places.map(({ locationId }) => locationId),
    );
    expect(body.refused).toEqual([]);
    expect(body.connected.map(({ status, access, title }) => [status, access, title])).toEqual(
      places.map(({ name }) => ["connected", "location", name]),
    );
    expect(JSON.stringify(body)).not.toContain(client.clientSecret);
    expect((await listOf(agency.id)).map(({ connection }) => connection)).toEqual(body.connected.map(({ name }) => name));
    await house.api("DELETE", `/connections/${agency.id}`);
    await clock.advance(25 * 3_600_000); // their tokens have ended by now
    const again = await house.api<{ ok: boolean }>("POST", `/connections/${body.connected[0]!.id}/test`);
    expect(again.body.ok).toBe(true);
  });

  test("gives the connection that is there a new login, and says what a sub-account refuses while the others go on", async () => {
    const [first, second] = await listOf(agency.id);
    const made = (await connect(agency.id, [first!.locationId])).body.connected[0]!;
    const location = sandbox.state.locations.get(second!.locationId)!;
    sandbox.state.locations.put({ ...location, active: false });
    const { body } = await connect(agency.id, [second!.locationId, first!.locationId, "nobody"]);
    sandbox.state.locations.put(location);
    expect(body.connected.map(({ id, name }) => [id, name])).toEqual([[made.id, made.name]]);
    expect(body.refused).toEqual([
      { locationId: second!.locationId, message: expect.stringContaining("Location is not active") },
      { locationId: "nobody", message: expect.stringContaining("nobody") },
    ]);
    const { connections } = (await house.api<{ connections: ConnectionView[] }>("GET", "/connections")).body;
    expect(connections.find(({ id }) => id === agency.id)?.status).toBe("connected");
  });

  test("has no login of its own written over by one of a sub-account or of another agency", async () => {
    const refused = (await finish(await allow(await beginFor(agency.id)))).body.error;
    expect(refused).toMatchObject({ code: "CONFLICT", message: expect.stringContaining("is for the whole agency") });
    await house.api("PATCH", `/connections/${agency.id}?verify=false`, { companyId: "another" });
    const other = (await finish(await allow(await beginFor(agency.id), "agency"))).body.error;
    expect(other).toMatchObject({ code: "CONFLICT", message: expect.stringContaining("the whole agency another") });
  });

  test("is no sub-account's connection, whichever sub-account it was made to call", async () => {
    const [first] = await listOf(agency.id);
    await house.api("PATCH", `/connections/${agency.id}?verify=false`, { locationId: first!.locationId });
    expect((await listOf(agency.id))[0]!.connection).toBeNull();
    const { body } = await connect(agency.id, [first!.locationId]);
    expect(body.connected.map(({ id }) => id)).not.toContain(agency.id);
  });

  test("gives no login to a connection that is called at another address", async () => {
    const [first] = await listOf(agency.id);
    const { app, auth } = agency;
    const elsewhere = { name: "elsewhere", app, auth, locationId: first!.locationId, baseUrl: "https://elsewhere.example" };
    const added = await house.api("POST", "/connections?verify=false", { ...elsewhere, secret: { accessToken: "nothing" } });
    expect(added.status).toBe(201);
    expect((await listOf(agency.id))[0]!.connection).toBeNull();
    const { body } = await connect(agency.id, [first!.locationId]);
    expect(body.connected.map(({ baseUrl: at }) => at)).toEqual([baseUrl]);
  });

  test("is what it takes: a sub-account's login has none to connect", async () => {
    const single = (await finish(await allow(await begin()))).body;
    const { status, body } = await house.api<Refusal>("GET", `/connections/${single.id}/sub-accounts`);
    expect([status, body.error.code]).toEqual([400, "BAD_INPUT"]);
  });
});

test("what is asked for is what flows need, each scope with the flows that need it", async () => {
  const flow = {
    name: "Notes",
    trigger: { app: "http", operation: "webhook" },
    steps: [
      { id: "stats", app: "highlevel", operation: "social.statistics", connection: "acme", input: {} },
      {
        id: "note",
        app: "highlevel",
        operation: "contacts.create_note",
        connection: "acme",
        input: { contactId: "{{ trigger.id }}", body: "x" },
      },
    ],
  };
  await house.api("POST", "/flows", flow);
  const { redirectUri, scopes: all } = (await house.api<ConsentNeeds>("GET", "/consents/needs?app=highlevel")).body;
  expect(redirectUri).toBe(`${house.millrace.localUrl}/oauth/callback`);
  const needed = all.filter((each) => each.needed);
  expect(needed.find(({ scope }) => scope === "contacts.write")?.flows).toEqual(["Notes"]);
  expect(needed.find(({ scope }) => scope === "locations.readonly")?.flows).toEqual([]);
  // The list from which a required field is chosen.
  expect(needed.find(({ scope }) => scope === "socialplanner/account.readonly")?.flows).toEqual(["Notes"]);
  expect(all.length).toBeGreaterThan(needed.length + 30);
});
