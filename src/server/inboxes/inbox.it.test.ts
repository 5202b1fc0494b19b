import { randomUUID } from "node:crypto";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { MillraceError } from "#kernel/errors.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { contact, inboxFolder, openHouse, own, pair, post, signed, until, type House } from "#test/support/inbox.ts";
import { drawn } from "#test/support/trials.ts";
import type { FlowDetail, InboxView } from "#api/schemas.ts";
import { firstWorkspaceId as workspaceId } from "../start/store.ts";

const { acmeDental, brightSmiles, companyId, defaultAppId } = sandboxDefaults;
const [foreign, old] = [pair("ed25519"), pair("rsa")];
const minute = 60_000;
const day = 86_400_000;

describe("an inbox", () => {
  const { folder, remove } = inboxFolder();
  let house: House;
  let url: string;
  let acme: string;
  let smiles: string;
  let any: string;

  beforeAll(async () => {
    house = await openHouse(folder, false);
    for (const [name, locationId] of [
      ["acme", acmeDental],
      ["smiles", brightSmiles],
    ] as const)
      await house.millrace.vault.connect(workspaceId, {
        name,
        app: "highlevel",
        auth: "token",
        locationId,
        companyId,
        secret: { token: "t" },
      });
    const made = await house.api<InboxView>("POST", "/inboxes", { name: "own", registration: `${defaultAppId}-abc`, publicKey: own.spki });
    url = made.body.url.replace(house.millrace.url, house.millrace.localUrl);
    acme = (await house.listen("Acme", { operation: "ContactCreate", connection: "acme" })).id;
    smiles = (await house.listen("Smiles", { operation: "ContactCreate", connection: "smiles" })).id;
    any = (await house.listen("Any", { operation: "ContactCreate" })).id;
  });
  afterAll(async () => {
    await house.millrace.close();
    remove();
  });
  const runs = () => Promise.all([acme, smiles, any].map(async (id) => (await house.runsOf(id)).length));
  const gained = async (what: () => Promise<unknown>) => {
    const before = await runs();
    await what();
    return (await runs()).map((n, i) => n - before[i]!);
  };

  test("takes a whole client id for the registration it begins with, and never shows its key", async () => {
    const view = await house.inbox("own");
    expect(view).toMatchObject({ registration: defaultAppId, ownKey: true, legacy: false, title: "own" });
    expect(JSON.stringify(view)).not.toContain(own.spki);
  });

  test("starts the flows of the event's sub-account and those of any, and no other", async () => {
    const made = await gained(async () => {
      expect((await signed(url, contact())).body).toEqual({ accepted: true, type: "ContactCreate", flows: 2 });
    });
    expect(made).toEqual([1, 0, 1]);
    expect(await gained(() => signed(url, contact({ locationId: brightSmiles })))).toEqual([0, 1, 1]);
    expect(await gained(() => signed(url, contact({ locationId: "elsewhere" })))).toEqual([0, 0, 1]);
    expect(await gained(() => signed(url, contact({ locationId: undefined, companyId })))).toEqual([0, 0, 1]);
  });

  test("follows a flow that is switched, moved or changed at once", async () => {
    const flow = await house.listen("Moving", { operation: "ContactUpdate", connection: "acme" });
    const send = (locationId: string, type = "ContactUpdate") => signed(url, contact({ type, locationId }));
    expect((await send(acmeDental)).body.flows).toBe(1);
    const definition = { ...flow.draft, trigger: { ...flow.draft.trigger, connection: "smiles" } };
    await house.millrace.engine.flows.save(workspaceId, flow.id, definition);
    expect((await send(brightSmiles)).body.flows).toBe(0);
    await house.millrace.engine.flows.publish(workspaceId, flow.id);
    expect([(await send(acmeDental)).body.flows, (await send(brightSmiles)).body.flows]).toEqual([0, 1]);
    const connection = await house.millrace.vault.get(workspaceId, "smiles");
    await house.millrace.vault.change(workspaceId, connection.id, { locationId: "elsewhere-now" });
    expect([(await send(brightSmiles)).body.flows, (await send("elsewhere-now")).body.flows]).toEqual([0, 1]);
    await house.millrace.vault.change(workspaceId, connection.id, { locationId: brightSmiles });
    await house.millrace.engine.flows.delete(workspaceId, flow.id);
    expect((await send(brightSmiles)).body.flows).toBe(0);
  });

  test("keeps samples for a flow that is off or a draft", async () => {
    const draft = await house.listen("Draft", { operation: "TaskCreate" }, false);
    const off = await house.listen("Off", { operation: "TaskCreate" });
    await house.millrace.engine.flows.pause(workspaceId, off.id);
    expect((await signed(url, contact({ type: "TaskCreate" }))).body).toMatchObject({ accepted: true, flows: 2 });
    for (const flow of [draft, off]) {
      const trigger = await house.millrace.engine.flows.trigger(flow);
      expect(trigger.token).toBeNull();
      const samples = await house.millrace.engine.samples(workspaceId, flow.id, 5);
      expect(samples.filter(({ from }) => from === "event")).toHaveLength(1);
      expect(await house.runsOf(flow.id)).toEqual([]);
    }
  });

  test("filters a message of the wrong direction, with the reason", async () => {
    const flow = await house.listen("Sent", { operation: "OutboundMessage" });
    await signed(url, contact({ type: "OutboundMessage", direction: "inbound" }));
    await signed(url, contact({ type: "OutboundMessage", direction: "outbound" }));
    const [wrong, right] = await until(
      "two runs at rest",
      () => house.runsOf(flow.id),
      (runs) => runs.length === 2 && runs.every((r) => r.finishedAt),
    );
    expect(wrong).toMatchObject({ state: "filtered", summary: expect.stringContaining("direction") as string });
    expect(right!.state).toBe("succeeded");
  });

  test("says once what comes twice, whatever the time between, and whoever repeats it", async () => {
    const event = contact({ timestamp: new Date(Date.now() - 10 * minute).toISOString() });
    expect(await gained(() => signed(url, event))).toEqual([1, 0, 1]);
    const again = await signed(url, event);
    expect([again.status, again.body]).toEqual([202, { accepted: true, type: "ContactCreate", flows: 2, repeat: true }]);
    expect((await signed(url, { ...event, retried: true }, { deliveryid: "another" })).body.repeat).toBe(true);
    const { webhookId: _, ...nameless } = contact();
    expect((await signed(url, nameless, { deliveryid: "d-1" })).body.repeat).toBeUndefined();
    expect((await signed(url, nameless, { deliveryid: "d-2" })).body.repeat).toBe(true);
    expect((await signed(url, { ...nameless, n: 2 }, { deliveryid: "d-1" })).body.repeat).toBeUndefined();
  });

  test("takes a late delivery for as long as ids are remembered, and nothing from the future", async () => {
    const at = async (ms: number) => {
      const { status, body } = await signed(url, contact({ timestamp: new Date(Date.now() + ms).toISOString() }));
      return [status, body.error?.code];
    };
    expect(await at(-89 * day)).toEqual([202, undefined]);
    expect(await at(-90 * day)).toEqual([422, "HOOK_UNTIMELY"]);
    expect(await at(-4000 * day)).toEqual([422, "HOOK_UNTIMELY"]);
    expect(await at(4 * minute)).toEqual([202, undefined]);
    expect(await at(6 * minute)).toEqual([422, "HOOK_UNTIMELY"]);
    for (const timestamp of [undefined, null, "soon", { a: 1 }]) {
      const { status, body } = await signed(url, contact({ timestamp }));
      expect([status, body.error?.code], String(timestamp)).toEqual([422, "HOOK_UNTIMELY"]);
      expect(body.error?.message).toContain("MILLRACE_EVENTS_WITHOUT_TIME");
    }
  });

  test("refuses what is forged, unsigned or signed the old way alone, before it looks at it", async () => {
    const before = await runs();
    const body = JSON.stringify(contact());
    const attempts = {
      unsigned: {},
      forged: { "x-ghl-signature": foreign.sign(body) },
      "of another body": { "x-ghl-signature": own.sign(`${body} `) },
      "the old way": { "x-wh-signature": old.sign(body) },
      "N/A": { "x-ghl-signature": "N/A" },
    };
    for (const [name, headers] of Object.entries(attempts)) {
      const { status, body: answer } = await post(url, body, headers as Record<string, string>);
      expect([status, answer.error?.code], name).toEqual([401, "HOOK_REFUSED"]);
    }
    expect((await post(url, "not even JSON")).status).toBe(401);
    expect(await runs()).toEqual(before);
  });

  test("takes the old signature once it may, and never to make good a wrong new one", async () => {
    const { id } = await house.inbox("own");
    const change = (patch: object) => house.api<InboxView>("PUT", `/inboxes/${id}`, patch);
    expect((await change({ legacy: true, legacyKey: old.spki })).body.legacy).toBe(true);
    const body = JSON.stringify(contact());
    expect((await post(url, body, { "x-wh-signature": old.sign(body), "x-ghl-signature": foreign.sign(body) })).status).toBe(401);
    expect((await post(url, body, { "x-wh-signature": old.sign(body) })).status).toBe(202);
    expect((await change({ legacy: false })).body.legacy).toBe(false);
    const next = JSON.stringify(contact());
    expect((await post(url, next, { "x-wh-signature": old.sign(next) })).status).toBe(401);
  });

  test("refuses the events of another app's registration", async () => {
    const { status, body } = await signed(url, contact({ appId: "somebody-else" }));
    expect([status, body.error?.code]).toEqual([403, "HOOK_FOREIGN"]);
    expect(body.error?.message).toContain(defaultAppId);
    for (const appId of [undefined, null, ""]) {
      const { status: without, body: answer } = await signed(url, contact({ appId }));
      expect([without, answer.error?.code], String(appId)).toEqual([403, "HOOK_FOREIGN"]);
      expect(answer.error?.message).toContain("add 'ContactCreate' to MILLRACE_EVENTS_WITHOUT_APP_ID");
    }
  });

  test("takes an event that carries its time in its own field only", async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const stats = (timestamp: number) =>
      contact({ type: "LCEmailStats", timestamp: undefined, webhookPayload: { event: "opened", id: "m1", timestamp } });
    expect((await signed(url, stats(seconds))).status).toBe(202);
    expect((await signed(url, stats(seconds - 100 * 86_400))).body.error?.code).toBe("HOOK_UNTIMELY");
  });

  test("keeps the digits of an id that is too long for a number, and tells two of them apart", async () => {
    const flow = await house.listen("Long ids", { operation: "TaskComplete" });
    const body = (id: string) => JSON.stringify(contact({ type: "TaskComplete", webhookId: undefined, id: "ID" })).replace('"ID"', id);
    for (const id of ["8202522731445525542", "8202522731445525543"]) expect((await signed(url, body(id))).body).toMatchObject({ flows: 1 });
    expect(await house.idsOf(flow.id)).toEqual(["8202522731445525542", "8202522731445525543"]);
  });

  test("tells an event without a type by its address, and keeps one that nobody can tell", async () => {
    const flow = await house.listen("Invoices", { operation: "InvoicePaid", connection: "acme" });
    const { type: _, id: __, locationId: ___, ...rest } = contact();
    const invoice = { ...rest, _id: "inv1", altId: acmeDental, altType: "location", amountDue: 0, invoiceItems: [] };
    expect((await signed(url, invoice)).body).toEqual({ accepted: true, type: null, flows: 0 });
    expect((await signed(url, invoice)).body).toEqual({ accepted: true, type: null, flows: 0, repeat: true });
    expect((await signed(`${url}/InvoicePaid`, invoice)).body).toEqual({ accepted: true, type: "InvoicePaid", flows: 1 });
    const run = await until(
      "the run ends",
      () => house.runsOf(flow.id),
      ([first]) => typeof first?.finishedAt === "number",
    );
    expect(run[0]!.state).toBe("succeeded");
    const view = await house.inbox("own");
    expect(view.unrecognized.count).toBe(2);
    expect(view.events.find((e) => e.type === "InvoicePaid")).toMatchObject({ count: 1, needsUrl: true, flows: [{ name: "Invoices" }] });
    const db = new Sqlite(join(folder, "data", "millrace.db"));
    const kept = db.prepare("SELECT payload FROM events WHERE trigger_id = ?").all(view.id) as { payload: string }[];
    db.close();
    expect(kept.map(({ payload }) => JSON.parse(payload) as unknown)).toEqual([invoice]);
  });

  test("refuses an address that contradicts the payload, and goes by the payload where the address names no event", async () => {
    const flow = await house.listen("Rebooked", { operation: "AppointmentUpdate", connection: "acme" });
    const booked = contact({ type: "AppointmentCreate", appointment: { id: "a1" } });
    const { status, body } = await signed(`${url}/AppointmentUpdate`, booked);
    expect([status, body.error?.code]).toEqual([422, "HOOK_CONTRADICTED"]);
    expect(body.error?.message).toContain("its payload says AppointmentCreate, but it was posted to the address of AppointmentUpdate");
    expect((await signed(`${url}/Appointmentupdate`, contact({ type: "AppointmentUpdate" }))).body).toMatchObject({ flows: 1 });
    expect((await signed(`${url}/AppointmentUpdate`, contact({ type: "AppointmentUpdate" }))).body).toMatchObject({ flows: 1 });
    expect(await house.runsOf(flow.id)).toHaveLength(2);
  });

  test("binds an event that only its address tells to the address it first came to", async () => {
    const paid = await house.listen("Paid", { operation: "InvoicePaid" });
    const voided = await house.listen("Voided", { operation: "InvoiceVoid" });
    const { type: _, id: __, ...rest } = contact();
    for (const invoice of [rest, { ...rest, webhookId: undefined }]) {
      const sent = { ...invoice, _id: "inv2", altId: acmeDental, amountDue: 0, invoiceItems: [] };
      expect((await signed(`${url}/InvoicePaid`, sent)).body).toMatchObject({ type: "InvoicePaid" });
      const elsewhere = await signed(`${url}/InvoiceVoid`, sent);
      expect([elsewhere.status, elsewhere.body.error?.code]).toEqual([422, "HOOK_CONTRADICTED"]);
      expect((await signed(`${url}/InvoicePaid`, sent)).body).toMatchObject({ type: "InvoicePaid", repeat: true });
    }
    const raced = { ...rest, webhookId: "raced", _id: "inv3", altId: acmeDental, amountDue: 0, invoiceItems: [] };
    const answers = await Promise.all(
      ["InvoicePaid", "InvoiceVoid", "InvoicePaid", "InvoiceVoid"].map((path) => signed(`${url}/${path}`, raced)),
    );
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(2);
    expect((await house.runsOf(paid.id)).length + (await house.runsOf(voided.id)).length).toBe(3);
  });

  test("an event nobody listens to is answered and counted", async () => {
    expect((await signed(url, contact({ type: "NoteDelete" }))).body).toEqual({ accepted: true, type: "NoteDelete", flows: 0 });
    expect((await house.inbox("own")).events.find((e) => e.type === "NoteDelete")).toMatchObject({
      count: 1,
      flows: [],
      scopes: ["contacts.readonly"],
    });
  });

  test("tells a flow what has to be ticked, and when it last came", async () => {
    const flow = await house.listen("Waiting", { operation: "OpportunityStageUpdate", connection: "acme" });
    const detail = async () => (await house.api<FlowDetail>("GET", `/flows/${flow.id}`)).body.trigger;
    expect(await detail()).toMatchObject({
      hookUrl: expect.stringContaining("/hooks/") as string,
      inboxes: [{ name: "own" }],
      subscription: { event: "OpportunityStageUpdate", scopes: ["opportunities.readonly"], lastAt: null },
    });
    await signed(url, contact({ type: "OpportunityStageUpdate", locationId: brightSmiles }));
    expect((await detail()).subscription!.lastAt).toBeNull();
    await signed(url, contact({ type: "OpportunityStageUpdate" }));
    expect((await detail()).subscription!.lastAt).toEqual(expect.any(Number));
    expect((await house.api<{ error: { message: string } }>("POST", `/flows/${flow.id}/rotate-hook`)).body.error.message).toContain(
      "inbox",
    );
  });

  test("goes on starting a flow that names none once there is a second one, which starts only what was chosen for it", async () => {
    const trigger = { operation: "ContactTagUpdate" };
    const [kept, chosen] = [await house.listen("Kept", trigger), await house.listen("Chosen", trigger)];
    const event = () => contact({ type: "ContactTagUpdate" });
    const second = (await house.api<InboxView>("POST", "/inboxes", { name: "further", publicKey: own.spki })).body;
    const secondUrl = second.url.replace(house.millrace.url, house.millrace.localUrl);
    const starts = async (at: string) => (await signed(at, event())).body.flows;
    expect([second.flows, await starts(url), await starts(secondUrl)]).toEqual([[], 2, 0]);
    const taking = await house.api<InboxView>("PUT", `/inboxes/${second.id}`, { flows: [chosen.id] });
    expect([taking.body.flows, await starts(url), await starts(secondUrl)]).toEqual([[chosen.id], 2, 1]);
    const addresses = async (id: string) =>
      (await house.api<FlowDetail>("GET", `/flows/${id}`)).body.trigger.inboxes!.map(({ name }) => name);
    expect([await addresses(kept.id), await addresses(chosen.id)]).toEqual([["own"], ["further", "own"]]);
    const late = await house.listen("Published later", trigger);
    expect([await addresses(late.id), await starts(secondUrl)]).toEqual([["own"], 1]);
    expect((await house.api("DELETE", `/inboxes/${second.id}`)).status).toBe(200);
    for (const { id } of [kept, chosen, late]) await house.millrace.engine.flows.pause(workspaceId, id);
  });

  test("binds a flow to one inbox where it says so, and is not removed from under it", async () => {
    const second = (await house.api<InboxView>("POST", "/inboxes", { name: "second", publicKey: own.spki })).body;
    const secondUrl = second.url.replace(house.millrace.url, house.millrace.localUrl);
    const flow = await house.listen("Bound", { operation: "ContactDelete", inbox: "second" });
    const event = () => contact({ type: "ContactDelete" });
    expect([(await signed(url, event())).body.flows, (await signed(secondUrl, event())).body.flows]).toEqual([0, 1]);
    expect((await signed(secondUrl, contact({ appId: "any-app-is-taken" }))).status).toBe(202);
    expect((await house.api("DELETE", `/inboxes/${second.id}`)).status).toBe(409);
    await house.millrace.engine.flows.pause(workspaceId, flow.id);
    const rotated = (await house.api<InboxView>("POST", `/inboxes/${second.id}/rotate`)).body;
    expect(rotated.url).not.toBe(second.url);
    expect((await signed(secondUrl, event())).status).toBe(404);
    expect((await house.api("DELETE", `/inboxes/${second.id}`)).status).toBe(200);
    expect((await signed(rotated.url, event())).status).toBe(404);
    expect((await house.api<{ error: { code: string } }>("POST", "/inboxes", { name: "own" })).body.error.code).toBe("CONFLICT");
    expect((await house.api<{ error: { code: string } }>("POST", "/inboxes", { name: "x", publicKey: "no key" })).status).toBe(400);
  });

  test("is taken for everyone, though one flow that listens can no longer be read: that one's run fails where it is seen", async () => {
    const sound = await house.listen("Sound", { operation: "ContactDndUpdate" });
    const left = await house.listen("Left", { operation: "ContactDndUpdate" });
    const db = new Sqlite(join(folder, "data", "millrace.db"));
    const gone = JSON.stringify({ ...left.draft, steps: [{ id: "seen", format: { id: "{{ trigger.id | left_out_since }}" } }] });
    db.prepare("update flow_versions set definition = ? where flow_id = ?").run(gone, left.id);
    db.close();
    expect((await signed(url, contact({ type: "ContactDndUpdate" }))).body).toMatchObject({ accepted: true, flows: 2 });
    const ended = (id: string) =>
      until(
        "a run at rest",
        () => house.runsOf(id),
        (runs) => runs.length === 1 && runs[0]!.finishedAt !== null,
      );
    expect((await ended(sound.id))[0]).toMatchObject({ state: "succeeded" });
    expect((await ended(left.id))[0]).toMatchObject({ state: "failed", attention: true, error: { code: "MAPPING_FAILED" } });
    await house.millrace.engine.flows.pause(workspaceId, left.id);
  });

  test("asks to come again when it cannot be written down, and then nobody had it", async () => {
    const { engine } = house.millrace;
    const { deliver } = engine;
    engine.deliver = () => Promise.reject(new MillraceError("STORE_UNAVAILABLE", { details: { problem: "the disk is full", seconds: 7 } }));
    const event = contact();
    const full = await signed(url, event);
    expect([full.status, full.retryAfter]).toEqual([429, "7"]);
    engine.deliver = deliver;
    expect(await gained(() => signed(url, event))).toEqual([1, 0, 1]);
  });

  test("a thousand installs at once are all taken", async () => {
    const flow = await house.listen("Installs", { operation: "INSTALL" });
    const storm = Array.from({ length: 1000 }, (_, i) =>
      contact({ type: "INSTALL", id: undefined, locationId: `location-${i}`, companyId }),
    );
    const answers = await Promise.all(storm.map((event) => signed(url, event)));
    expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
    const counts = await until(
      "all runs end",
      () => house.millrace.engine.counts(workspaceId, { flowId: flow.id }),
      (c) => c.succeeded === 1000,
    );
    expect(counts).toMatchObject({ succeeded: 1000, failed: 0 });
  });

  test("whatever JSON is posted, signed or not, it is taken or refused with a sentence", async () => {
    const wild = fc.oneof(
      fc.json(),
      fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)),
      fc
        .record(
          {
            type: fc.oneof(
              fc.constantFrom("ContactCreate", "INSTALL", "UNINSTALL", "__proto__", "LCEmailStats", "UserCreate"),
              fc.jsonValue(),
              fc.constant({ toString: 1 }),
            ),
            direction: fc.constant({ toString: 1 }),
            locationId: fc.jsonValue(),
            locations: fc.jsonValue(),
            companyId: fc.jsonValue(),
            appId: fc.oneof(fc.constant(defaultAppId), fc.jsonValue(), fc.constant({ toString: 1 })),
            webhookId: fc.jsonValue(),
            timestamp: fc.oneof(
              fc.jsonValue(),
              fc.double(),
              fc.date({ noInvalidDate: true }).map((d) => d.toISOString()),
              fc.constant(new Date().toISOString()),
            ),
            id: fc.jsonValue(),
          },
          { requiredKeys: [] },
        )
        .map((value) => JSON.stringify(value)),
    );
    const suffix = fc.constantFrom("", "", "/InvoicePaid", "/UserCreate", "/Nonsense", "/");
    const samples = fc.sample(fc.tuple(wild, suffix, fc.boolean()), { numRuns: 1500, seed: 4400 });
    const seen = new Set<number>();
    for (let i = 0; i < samples.length; i += 50) {
      const some = samples.slice(i, i + 50).map(async ([body, at, isSigned]) => {
        const answer = await (isSigned ? signed(url + at, body) : post(url + at, body));
        seen.add(answer.status);
        if (answer.status !== 202) expect(answer.body.error?.message).toMatch(/\.$/);
        expect([202, 400, 401, 403, 422], `${answer.status} ${JSON.stringify(answer.body)} for ${body}`).toContain(answer.status);
      });
      await Promise.all(some);
    }
    expect([...seen]).toEqual(expect.arrayContaining([202, 400, 401, 403]));
  });
});

describe("what is not signed", () => {
  const { folder, remove } = inboxFolder();
  let house: House;
  let url: string;
  beforeAll(async () => {
    house = await openHouse(folder, false);
    const made = await house.api<InboxView>("POST", "/inboxes", { name: "own", registration: defaultAppId, publicKey: own.spki });
    url = made.body.url.replace(house.millrace.url, house.millrace.localUrl);
  });
  afterAll(async () => {
    await house.millrace.close();
    remove();
  });

  /** Everything of a delivery that whoever repeats it may choose. */
  const wrappings: { what: string; path?: string; headers?: Record<string, string> }[] = [
    ...[
      "deliveryid",
      "idempotency-key",
      "webhook-id",
      "x-request-id",
      "x-ghl-event-type",
      "x-webhook-id",
      "authorization",
      "cookie",
      "accept",
    ].map((name) => ({ what: name, headers: { [name]: `other-${name}` } })),
    { what: "another content type", headers: { "content-type": "text/plain" } },
    { what: "a content type with a charset", headers: { "content-type": "application/vnd.api+json; charset=utf-16" } },
    { what: "the content type of a form", headers: { "content-type": "application/x-www-form-urlencoded" } },
    { what: "a signature of the old kind beside it", headers: { "x-wh-signature": "AAAA" } },
    { what: "a query", path: "?type=ContactDelete&webhookId=2&timestamp=1" },
    { what: "a slash", path: "/" },
    { what: "an address that names no event", path: "/Nonsense" },
    ...highlevel.triggers.map(({ id }) => ({ what: `the address of ${id}`, path: `/${id}` })),
  ];

  test("decides nothing: each event of the vendor starts its flow once, however it is wrapped when it comes again", async () => {
    for (const { id } of highlevel.triggers) await house.listen(id, { operation: id });
    expect(highlevel.triggers.length).toBeGreaterThan(57);
    const started = async () => Object.values(await house.millrace.engine.counts(workspaceId, {})).reduce((sum, n) => sum + n, 0);
    for (const withId of [true, false]) {
      for (const { id, example, accepts } of highlevel.triggers) {
        const before = await started();
        const event = {
          ...example,
          appId: defaultAppId,
          timestamp: new Date().toISOString(),
          webhookId: withId ? randomUUID() : undefined,
          withId,
        };
        const itsOwn = accepts?.["type"] ? "" : `/${id}`;
        expect((await signed(url + itsOwn, event)).body, id).toMatchObject({ accepted: true, type: id, flows: 1 });
        const body = JSON.stringify(event);
        const signature = { "x-ghl-signature": own.sign(body) };
        const tried = drawn(wrappings, 0.5);
        const again = await Promise.all(
          tried.map(({ path = "", headers }) => post(url + (path === "" ? itsOwn : path), body, { ...signature, ...headers })),
        );
        for (const [i, { status, body }] of again.entries())
          expect(body.repeat === true || status >= 400 || body.type === null, `${id} with ${tried[i]!.what}: ${JSON.stringify(body)}`).toBe(
            true,
          );
        expect(await started(), id).toBe(before + 1);
      }
    }
  });
});

describe("what was accepted and not answered", () => {
  test("is a repeat after the process was gone", async () => {
    const { folder, remove } = inboxFolder();
    let house = await openHouse(folder, false);
    const { token } = await house.millrace.inboxes
      .add({
        id: "inb_1",
        workspaceId,
        app: "highlevel",
        name: "own",
        title: "Own",
        token: "token-of-the-inbox",
        registration: null,
        publicKey: own.spki,
        legacy: false,
        legacyKey: null,
        senders: null,
        createdAt: 1,
      })
      .then(() => house.millrace.inboxes.get(workspaceId, "own")!);
    const flows = [
      (await house.listen("One", { operation: "ContactCreate" })).id,
      (await house.listen("Two", { operation: "ContactCreate" })).id,
    ];
    const { engine } = house.millrace;
    const { deliver } = engine;
    engine.deliver = async (inbox, delivery) => {
      await deliver(inbox, delivery);
      throw new Error("the process ends here");
    };
    const event = contact();
    expect((await signed(`${house.millrace.localUrl}/hooks/${token}`, event)).status).toBe(429);
    await house.millrace.close();
    house = await openHouse(folder, false);
    const again = await signed(`${house.millrace.localUrl}/hooks/${token}`, event);
    expect([again.status, again.body.repeat]).toEqual([202, true]);
    for (const id of flows) expect(await house.runsOf(id)).toHaveLength(1);
    await house.millrace.close();
    remove();
  });
});
