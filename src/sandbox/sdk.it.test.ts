import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GHLError, HighLevel, type ISessionData, MemorySessionStorage, type WebhookManager } from "@gohighlevel/api-client";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "#kernel/clock.ts";
import { acmeDental as locationId, brightSmiles, companyId, customFields, defaultAppId, users } from "./defaults.ts";
import { openSandbox, type Sandbox } from "./index.ts";

// The official client, as it comes, over a real port.
let sandbox: Sandbox;
let sdk: HighLevel;
beforeAll(async () => {
  // The SDK tells every refusal on the console, whatever level it is given.
  for (const method of ["warn", "error"] as const) vi.spyOn(console, method).mockImplementation(() => {});
  sandbox = await openSandbox({ clock: systemClock, indexLagMs: 0, quota: { burst: 10_000 } });
  const url = await sandbox.listen({ port: 0 });
  Object.assign(HighLevel, { BASE_URL: url }); // declared private, and the only way to point it elsewhere
  sdk = new HighLevel({ privateIntegrationToken: sandbox.issueToken({ locationId }).accessToken });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await sandbox.close();
});
beforeEach(() => sandbox.reset());

const email = "ada@example.com";
const createAda = async () =>
  (await sdk.contacts.createContact({ locationId, email, firstName: "Ada", phone: "+1 (212) 555-0198", tags: ["Gold"] })).contact!.id!;
const refusal = async (call: Promise<unknown>): Promise<GHLError> => {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof GHLError) return thrown;
  throw new Error("the SDK did not refuse", { cause: thrown });
};

describe("the contacts family", () => {
  test("creates, reads, updates and deletes", async () => {
    const contactId = await createAda();
    expect((await sdk.contacts.getContact({ contactId })).contact).toMatchObject({
      id: contactId,
      email,
      phone: "+12125550198",
      tags: ["gold"],
    });
    const updated = await sdk.contacts.updateContact({ contactId }, {
      lastName: "King",
      customFields: [{ id: customFields.score, field_value: "9" }],
    } as never);
    expect(updated).toMatchObject({ succeded: true, contact: { lastName: "King", customFields: [{ id: customFields.score, value: 9 }] } });
    expect(await sdk.contacts.deleteContact({ contactId })).toMatchObject({ succeded: true });
    expect(await refusal(sdk.contacts.getContact({ contactId }))).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining(contactId),
    });
  });

  test("upserts, and tells new from known", async () => {
    expect(await sdk.contacts.upsertContact({ locationId, email } as never)).toMatchObject({ new: true });
    expect(await sdk.contacts.upsertContact({ locationId, email, firstName: "Ada" } as never)).toMatchObject({
      new: false,
      contact: { firstName: "Ada" },
    });
  });

  test("refuses a duplicate with the id of the first, and finds it", async () => {
    const contactId = await createAda();
    const error = await refusal(sdk.contacts.createContact({ locationId, email }));
    expect([error.statusCode, (error.response as { meta: { contactId: string } }).meta.contactId]).toEqual([400, contactId]);
    expect(await sdk.contacts.getDuplicateContact({ locationId, number: "+12125550198" })).toMatchObject({ contact: { id: contactId } });
  });

  test("searches and lists", async () => {
    const contactId = await createAda();
    const result = (await sdk.contacts.searchContactsAdvanced({
      locationId,
      pageLimit: 20,
      filters: [{ field: "email", operator: "eq", value: email }],
    })) as { contacts: { id: string }[]; total: number };
    expect([result.total, result.contacts[0]!.id]).toEqual([1, contactId]);
    expect((await sdk.contacts.getContacts({ locationId, limit: 5 })).contacts).toHaveLength(5);
  });

  test("tags one and many", async () => {
    const contactId = await createAda();
    expect(await sdk.contacts.addTags({ contactId }, { tags: ["Silver"] })).toMatchObject({ tags: ["gold", "silver"] });
    expect(await sdk.contacts.removeTags({ contactId }, { tags: ["gold"] })).toMatchObject({ tags: ["silver"] });
    expect(
      await sdk.contacts.createAssociation({ type: "add" } as never, { contacts: [contactId, "x"], tags: ["bulk"], locationId }),
    ).toMatchObject({ succeded: true, errorCount: 1 });
  });

  test("keeps notes and tasks", async () => {
    const contactId = await createAda();
    const { note } = await sdk.contacts.createNote({ contactId }, { body: "Hello", userId: users.owner });
    expect((await sdk.contacts.updateNote({ contactId, id: note!.id! }, { body: "Changed" })).note).toMatchObject({ body: "Changed" });
    expect((await sdk.contacts.getAllNotes({ contactId })).notes).toHaveLength(1);
    expect(await sdk.contacts.deleteNote({ contactId, id: note!.id! })).toMatchObject({ succeded: true });

    const { task } = await sdk.contacts.createTask({ contactId }, { title: "Call", dueDate: "2026-12-01T10:00:00Z", completed: false });
    const taskId = task!.id!;
    expect((await sdk.contacts.updateTaskCompleted({ contactId, taskId }, { completed: true })).task).toMatchObject({ completed: true });
    expect((await sdk.contacts.getAllTasks({ contactId })).tasks).toHaveLength(1);
    expect(await sdk.contacts.deleteTask({ contactId, taskId })).toMatchObject({ succeded: true });
    expect(await sdk.contacts.removeContactFromEveryCampaign({ contactId })).toMatchObject({ succeded: true });
  });

  test("reads what surrounds a contact", async () => {
    expect((await sdk.locations.getCustomFields({ locationId })).customFields).toHaveLength(5);
    expect((await sdk.locations.getLocationTags({ locationId })).tags!.length).toBeGreaterThan(0);
    expect((await sdk.users.getUserByLocation({ locationId })).users).toHaveLength(2);
    expect((await sdk.locations.getLocation({ locationId })).location).toMatchObject({ id: locationId });
  });

  test("what is refused arrives as the SDK's own errors", async () => {
    expect(await refusal(sdk.contacts.createContact({ locationId: brightSmiles, email }))).toMatchObject({ statusCode: 403 });
    expect(await refusal(sdk.contacts.createContact({ locationId, email, colour: "red" } as never))).toMatchObject({ statusCode: 422 });
    sandbox.faults.set({ kind: "rate_limit", count: 1 });
    expect(await refusal(sdk.contacts.getContacts({ locationId }))).toMatchObject({ statusCode: 429, rateLimit: { scope: "burst" } });
    sandbox.faults.set({ kind: "drop_after", count: 1 });
    expect((await refusal(sdk.contacts.createContact({ locationId, email }))).message).toMatch(/No response/);
    expect(await sdk.contacts.getDuplicateContact({ locationId, email })).toMatchObject({ contact: { email } });
  });
});

describe("tokens", () => {
  const withSession = async (id: string, session: ISessionData) => {
    const { clientId, clientSecret } = sandbox.issueToken({ kind: "oauth", locationId });
    const storage = new MemorySessionStorage();
    const client = new HighLevel({ clientId: clientId!, clientSecret: clientSecret!, sessionStorage: storage });
    await storage.setSession(id, session);
    return { client, storage };
  };

  test("are refreshed by the SDK when they expire, and the new pair is used", async () => {
    const { accessToken, refreshToken } = sandbox.issueToken({ kind: "oauth", locationId });
    const { client, storage } = await withSession(locationId, {
      access_token: accessToken,
      refresh_token: refreshToken!,
      userType: "Location",
      locationId,
      companyId,
      expires_in: 86_399,
    } as ISessionData);
    sandbox.faults.set({ kind: "token_expired", count: 1 });
    expect((await client.contacts.getContacts({ locationId })).contacts!.length).toBeGreaterThan(0);
    const after = (await storage.getSession(locationId))!;
    expect([after.access_token === accessToken, after.refresh_token === refreshToken]).toEqual([false, false]);
  });

  test("of a location come from the agency's, and its installs are listed", async () => {
    const { accessToken, refreshToken } = sandbox.issueToken({ kind: "oauth" });
    const { client } = await withSession(companyId, {
      access_token: accessToken,
      refresh_token: refreshToken!,
      userType: "Company",
      companyId,
      expires_in: 86_399,
    } as ISessionData);
    expect((await client.oauth.getInstalledLocation({ companyId, appId: defaultAppId })).locations).toHaveLength(2);
    const minted = await client.oauth.getLocationAccessToken({ companyId, locationId });
    const located = new HighLevel({ clientId: "x", clientSecret: "x", locationAccessToken: minted.access_token! });
    expect((await located.contacts.getContacts({ locationId, limit: 1 })).contacts).toHaveLength(1);
  });
});

test("a webhook carries a signature the SDK accepts", async () => {
  const received = await receiver();
  sandbox.setWebhook({ url: received.url });
  await createAda();
  await vi.waitFor(() => expect(received.bodies).toHaveLength(1), { timeout: 30_000 });
  const { webhooks } = sdk as unknown as { webhooks: WebhookManager };
  const [{ body, signature }] = received.bodies as [{ body: string; signature: string }];
  expect(webhooks.verifyEd25519Signature(body, signature, sandbox.webhookKey)).toBe(true);
  expect(webhooks.verifyEd25519Signature(body.replace("Ada", "Eve"), signature, sandbox.webhookKey)).toBe(false);
  sandbox.setWebhook({});
  received.server.close();
});

async function receiver(): Promise<{ url: string; bodies: { body: string; signature: string }[]; server: Server }> {
  const bodies: { body: string; signature: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      bodies.push({ body, signature: String(request.headers["x-ghl-signature"]) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, bodies, server };
}
