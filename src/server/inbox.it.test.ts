import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { FlowDetail, InboxView } from "./contract.ts";
import { startMillrace, type Millrace } from "./millrace.ts";
import { readServerSettings } from "./settings.ts";
import { workspaceId } from "./store.ts";

const { acmeDental, brightSmiles, companyId, defaultAppId } = sandboxDefaults;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const minute = 60_000;
const day = 86_400_000;

const pair = (kind: "ed25519" | "rsa") => {
  const { publicKey, privateKey } = kind === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
  return {
    spki: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    sign: (body: string | Buffer) => sign(kind === "rsa" ? "sha256" : null, Buffer.from(body), privateKey).toString("base64"),
  };
};
const [own, foreign, old] = [pair("ed25519"), pair("ed25519"), pair("rsa")];

interface Answer {
  status: number;
  retryAfter: string | undefined;
  body: { accepted?: boolean; type?: string | null; flows?: number; repeat?: boolean; error?: { code: string; message: string } };
}

/** A Millrace on a folder of its own, and what a test asks of it. */
async function open(folder: string, sandbox: boolean) {
  const settings = readServerSettings({ MILLRACE_DATA: join(folder, "data"), MILLRACE_PORT: "0", MILLRACE_SANDBOX_PORT: "0" });
  const millrace = await startMillrace(settings, { log: pino({ level: "silent" }), sandbox });
  return { millrace, ...toolsOf(millrace) };
}

function toolsOf(millrace: Millrace) {
  const { engine } = millrace;
  const api = async <T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> => {
    const page = await fetch(millrace.localUrl);
    const cookie = page.headers
      .getSetCookie()
      .map((c) => c.split(";")[0])
      .join("; ");
    const headers = { cookie, "x-millrace": "1", ...(body !== undefined && { "content-type": "application/json" }) };
    const reply = await fetch(`${millrace.localUrl}/api/v1${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: reply.status, body: (await reply.json()) as T };
  };
  const listen = async (name: string, trigger: Record<string, unknown>, publish = true) => {
    const flow = await engine.flows.create(workspaceId, {
      name,
      trigger: { app: "highlevel", ...trigger },
      steps: [{ id: "seen", format: { id: "{{ trigger.id }}" } }],
    });
    return publish ? engine.flows.publish(workspaceId, flow.id) : flow;
  };
  const runsOf = async (flowId: string) => (await engine.runs(workspaceId, { flowId }, { limit: 200 })).toReversed();
  const idsOf = async (flowId: string) =>
    (await Promise.all((await runsOf(flowId)).map((run) => engine.run(workspaceId, run.id)))).map(
      ({ event }) => (event.payload as { id?: string }).id,
    );
  const inbox = async (name: string) => (await api<{ inboxes: InboxView[] }>("GET", "/inboxes")).body.inboxes.find((i) => i.name === name)!;
  return { api, listen, runsOf, idsOf, inbox };
}

const post = (url: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const req = request(url, { method: "POST", agent, headers: { "content-type": "application/json", ...headers } }, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("end", () =>
        resolve({ status: res.statusCode!, retryAfter: res.headers["retry-after"], body: JSON.parse(Buffer.concat(chunks).toString()) }),
      );
    });
    req.on("error", reject);
    req.end(body);
  });
const signed = (url: string, payload: unknown, headers: Record<string, string> = {}) => {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  return post(url, body, { "x-ghl-signature": own.sign(body), ...headers });
};
const contact = (more: Record<string, unknown> = {}) => ({
  type: "ContactCreate",
  locationId: acmeDental,
  id: `c-${randomUUID()}`,
  email: "ada@example.com",
  appId: defaultAppId,
  timestamp: new Date().toISOString(),
  webhookId: randomUUID(),
  ...more,
});

async function until<T>(what: string, ask: () => Promise<T>, wanted: (found: T) => boolean): Promise<T> {
  for (let i = 0; i < 300; i++) {
    const found = await ask();
    if (wanted(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`In vain: ${what}, ${JSON.stringify(await ask())}`);
}

describe("an inbox", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-inbox-"));
  let house: Awaited<ReturnType<typeof open>>;
  let url: string;
  let acme: string;
  let smiles: string;
  let any: string;

  beforeAll(async () => {
    house = await open(folder, false);
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
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ registration: defaultAppId, ownKey: true, legacy: false });
    url = made.body.url.replace(house.millrace.url, house.millrace.localUrl);
    acme = (await house.listen("Acme", { operation: "ContactCreate", connection: "acme" })).id;
    smiles = (await house.listen("Smiles", { operation: "ContactCreate", connection: "smiles" })).id;
    any = (await house.listen("Any", { operation: "ContactCreate" })).id;
  });
  afterAll(async () => {
    await house.millrace.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const runs = () => Promise.all([acme, smiles, any].map(async (id) => (await house.runsOf(id)).length));
  const gained = async (what: () => Promise<unknown>) => {
    const before = await runs();
    await what();
    return (await runs()).map((n, i) => n - before[i]!);
  };

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
      expect(await house.millrace.engine.samples(trigger, 5)).toHaveLength(1);
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
      (found) => found.length === 2 && found.every((r) => r.finishedAt),
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
    expect((await signed(url, { ...nameless, n: 2 }, { deliveryid: "d-1" })).body.repeat).toBe(true);
    expect((await signed(url, { ...nameless, n: 3 })).body.repeat).toBeUndefined();
    expect((await signed(url, { ...nameless, n: 3 })).body.repeat).toBe(true);
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
    for (const timestamp of [undefined, null, "soon", { a: 1 }]) expect((await signed(url, contact({ timestamp }))).status).toBe(202);
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
      ([first]) => first?.finishedAt != null,
    );
    expect(run[0]!.state).toBe("succeeded");
    const view = await house.inbox("own");
    expect(view.untold.count).toBe(2);
    expect(view.events.find((e) => e.type === "InvoicePaid")).toMatchObject({ count: 1, needsUrl: true, flows: [{ name: "Invoices" }] });
    const kept = await house.millrace.engine.samples({ id: view.id } as never, 5);
    expect(kept.map((e) => e.payload)).toEqual([invoice]);
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
  }, 60_000);

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
            ),
            locationId: fc.jsonValue(),
            locations: fc.jsonValue(),
            companyId: fc.jsonValue(),
            appId: fc.oneof(fc.constant(defaultAppId), fc.jsonValue()),
            webhookId: fc.jsonValue(),
            timestamp: fc.oneof(
              fc.jsonValue(),
              fc.double(),
              fc.date({ noInvalidDate: true }).map((d) => d.toISOString()),
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
    expect([...seen].sort()).toEqual(expect.arrayContaining([202, 400, 401, 403]));
  }, 60_000);
});

describe("what was accepted and not answered", () => {
  test("is a repeat after the process was gone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-inbox-"));
    let house = await open(folder, false);
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
        createdAt: 1,
      })
      .then(() => house.millrace.inboxes.get("own")!);
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
    house = await open(folder, false);
    const again = await signed(`${house.millrace.localUrl}/hooks/${token}`, event);
    expect([again.status, again.body.repeat]).toEqual([202, true]);
    for (const id of flows) expect(await house.runsOf(id)).toHaveLength(1);
    await house.millrace.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe("the sandbox's inbox", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-inbox-"));
  let house: Awaited<ReturnType<typeof open>>;
  let acme: string;
  let smiles: string;

  beforeAll(async () => {
    house = await open(folder, true);
    const { systems, url } = house.millrace.sandbox!;
    for (const [name, locationId] of [
      ["acme", acmeDental],
      ["smiles", brightSmiles],
    ] as const) {
      const secret = { token: systems.issueToken({ locationId }).accessToken };
      await house.millrace.vault.connect(workspaceId, {
        name,
        app: "highlevel",
        auth: "token",
        baseUrl: url,
        locationId,
        companyId,
        secret,
      });
    }
    acme = (await house.listen("Acme", { operation: "ContactCreate", connection: "acme" })).id;
    smiles = (await house.listen("Smiles", { operation: "ContactCreate", connection: "smiles" })).id;
  });
  afterAll(async () => {
    await house.millrace.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const make = async (email: string, locationId = acmeDental): Promise<string> => {
    const { systems, url } = house.millrace.sandbox!;
    const { accessToken } = systems.issueToken({ locationId });
    const reply = await fetch(`${url}/contacts/`, {
      method: "POST",
      headers: { authorization: `Bearer ${accessToken}`, version: "2021-07-28", "content-type": "application/json" },
      body: JSON.stringify({ locationId, email }),
    });
    const { contact: made } = (await reply.json()) as { contact: { id: string } };
    return made.id;
  };
  const fault = (spec: { kind: "webhook_lost" | "webhook_doubled" | "webhook_late" | "webhook_reordered"; count: number; ms?: number }) =>
    void house.millrace.sandbox!.systems.faults.set(spec);
  const delivered = () => house.millrace.sandbox!.systems.webhooks.settled();
  const arrived = (flow: string, id: string) =>
    until(
      `${id} arrives`,
      () => house.idsOf(flow),
      (ids) => ids.includes(id),
    );

  test("a contact made in a sub-account starts exactly the flows of that sub-account", async () => {
    const [one, two] = [await make("ada@example.com"), await make("grace@example.com", brightSmiles)];
    await arrived(acme, one);
    await arrived(smiles, two);
    expect([await house.idsOf(acme), await house.idsOf(smiles)]).toEqual([[one], [two]]);
    expect((await house.inbox("sandbox")).events.find((e) => e.type === "ContactCreate")).toMatchObject({ count: 2 });
  });

  test("doubled, late and reordered deliveries each make one run; a lost one makes none", async () => {
    const before = (await house.idsOf(acme)).length;
    fault({ kind: "webhook_doubled", count: 1 });
    const doubled = await make("doubled@example.com");
    fault({ kind: "webhook_late", count: 1, ms: 600 });
    const late = await make("late@example.com");
    fault({ kind: "webhook_lost", count: 1 });
    const lost = await make("lost@example.com");
    fault({ kind: "webhook_reordered", count: 1 });
    const [first, second] = [await make("first@example.com"), await make("second@example.com")];
    for (const id of [doubled, late, first, second]) await arrived(acme, id);
    await delivered();
    const ids = await house.idsOf(acme);
    expect(ids.length - before).toBe(4);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(lost);
    expect(ids.indexOf(second)).toBeLessThan(ids.indexOf(first));
  });

  test("an uninstall breaks the OAuth login of that place and says so; an install asks to connect again", async () => {
    const { systems, url } = house.millrace.sandbox!;
    const login = (locationId: string) => {
      const { accessToken, refreshToken, clientId, clientSecret } = systems.issueToken({ kind: "oauth", locationId });
      return { accessToken, refreshToken: refreshToken!, clientId: clientId!, clientSecret: clientSecret!, expiresAt: Date.now() + day };
    };
    for (const [name, locationId] of [
      ["acme-app", acmeDental],
      ["smiles-app", brightSmiles],
    ] as const)
      await house.millrace.vault.connect(workspaceId, {
        name,
        app: "highlevel",
        auth: "oauth2",
        baseUrl: url,
        locationId,
        companyId,
        secret: login(locationId),
      });
    const heard = await house.listen("Uninstalls", { operation: "UNINSTALL", connection: "acme" });
    const standing = async (name: string) => {
      const { status, reason } = await house.millrace.vault.get(workspaceId, name);
      return { status, reason: reason ?? "" };
    };
    const control = (action: string) =>
      fetch(`${url}/sandbox/apps/${defaultAppId}/${action}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ locationId: acmeDental }),
      });
    expect((await control("uninstall")).status).toBeLessThan(300);
    const broken = await until(
      "the login is broken",
      () => standing("acme-app"),
      ({ status }) => status === "broken",
    );
    expect(broken.reason).toContain("app was uninstalled in HighLevel; install it again");
    expect((await standing("smiles-app")).status).toBe("connected");
    expect((await standing("acme")).status).toBe("connected");
    await until(
      "the flow hears of it",
      () => house.runsOf(heard.id),
      (found) => found.length === 1,
    );

    expect((await control("install")).status).toBeLessThan(300);
    const back = await until(
      "the reason tells",
      () => standing("acme-app"),
      ({ reason }) => reason.includes("installed again"),
    );
    expect(back).toMatchObject({ status: "broken", reason: expect.stringContaining("connect it again") as string });
    const { id } = await house.millrace.vault.get(workspaceId, "acme-app");
    await house.millrace.vault.change(workspaceId, id, { secret: login(acmeDental) });
    expect(await standing("acme-app")).toEqual({ status: "connected", reason: "" });
  });

  test("late news of an uninstall does not break a login that was made since", async () => {
    const { vault } = house.millrace;
    const news = { app: "highlevel", installed: false, registration: defaultAppId, locationId: acmeDental, companyId };
    expect(await vault.installation(workspaceId, { ...news, at: Date.now() - minute })).toBe(0);
    expect(await vault.installation(workspaceId, { ...news, at: Date.now() + minute, registration: "another-app" })).toBe(0);
    expect(await vault.installation(workspaceId, { ...news, at: Date.now() + minute, registration: undefined })).toBe(0);
    expect((await vault.get(workspaceId, "acme-app")).status).toBe("connected");
  });

  test("typeless events come to addresses of their own", async () => {
    const flow = await house.listen("Businesses", { operation: "RecordCreate", connection: "acme" });
    const { systems, url } = house.millrace.sandbox!;
    await fetch(`${url}/businesses/`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${systems.issueToken({ locationId: acmeDental }).accessToken}`,
        version: "2021-07-28",
        "content-type": "application/json",
      },
      body: JSON.stringify({ locationId: acmeDental, name: "Engine Works" }),
    });
    await until(
      "it arrives",
      () => house.runsOf(flow.id),
      (found) => found.length === 1,
    );
  });

  test("is found again by the sandbox after a start on another port, with what it counted", async () => {
    const { count } = (await house.inbox("sandbox")).events.find((e) => e.type === "ContactCreate")!;
    await house.millrace.close();
    house = await open(folder, true);
    const id = await make("later@example.com");
    await arrived(acme, id);
    const view = await until(
      "it is counted",
      () => house.inbox("sandbox"),
      (v) => v.events.some((e) => e.type === "ContactCreate" && e.count > count),
    );
    expect((await house.api<{ inboxes: InboxView[] }>("GET", "/inboxes")).body.inboxes).toHaveLength(1);
    expect(view.registration).toBe(defaultAppId);
  });
});
