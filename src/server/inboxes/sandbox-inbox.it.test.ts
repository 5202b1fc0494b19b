import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sandboxDefaults } from "#sandbox/index.ts";
import { inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";
import type { InboxView } from "#api/schemas.ts";
import { firstWorkspaceId as workspaceId } from "../start/store.ts";

const { acmeDental, brightSmiles, companyId, defaultAppId } = sandboxDefaults;
const minute = 60_000;
const day = 86_400_000;

describe("the sandbox's inbox", () => {
  const { folder, remove } = inboxFolder();
  let house: House;
  let acme: string;
  let smiles: string;

  beforeAll(async () => {
    house = await openHouse(folder, true);
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
    remove();
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

  test("an uninstall breaks the OAuth login of that place and says so; an install asks to reconnect", async () => {
    const { systems, url } = house.millrace.sandbox!;
    const login = (locationId: string) => {
      const { accessToken, refreshToken, clientId, clientSecret } = systems.issueToken({ kind: "oauth", locationId });
      return {
        accessToken,
        refreshToken: refreshToken!,
        clientId: clientId!,
        clientSecret: clientSecret!,
        expiresAt: String(Date.now() + day),
      };
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
    const listening = await house.listen("Uninstalls", { operation: "UNINSTALL", connection: "acme" });
    const healthOf = async (name: string) => {
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
      () => healthOf("acme-app"),
      ({ status }) => status === "broken",
    );
    expect(broken.reason).toContain("app was uninstalled in HighLevel; install it again");
    expect((await healthOf("smiles-app")).status).toBe("untested");
    expect((await healthOf("acme")).status).toBe("untested");
    await until(
      "the flow hears of it",
      () => house.runsOf(listening.id),
      (runs) => runs.length === 1,
    );

    expect((await control("install")).status).toBeLessThan(300);
    const back = await until(
      "the reason tells",
      () => healthOf("acme-app"),
      ({ reason }) => reason.includes("installed again"),
    );
    expect(back).toMatchObject({ status: "broken", reason: expect.stringContaining("reconnect it") as string });
    const { id } = await house.millrace.vault.get(workspaceId, "acme-app");
    await house.millrace.vault.change(workspaceId, id, { secret: login(acmeDental) });
    expect(await healthOf("acme-app")).toEqual({ status: "untested", reason: "" });
  });

  test("late news of an uninstall does not break a login that was made since", async () => {
    const { vault } = house.millrace;
    const uninstallation = { app: "highlevel", installed: false, registration: defaultAppId, locationId: acmeDental, companyId };
    expect(await vault.installation(workspaceId, { ...uninstallation, at: Date.now() - minute })).toBe(0);
    expect(await vault.installation(workspaceId, { ...uninstallation, at: Date.now() + minute, registration: "another-app" })).toBe(0);
    expect(await vault.installation(workspaceId, { ...uninstallation, at: Date.now() + minute, registration: undefined })).toBe(0);
    expect((await vault.get(workspaceId, "acme-app")).status).toBe("untested");
  });

  test("typeless events come to addresses of their own", async () => {
    const flow = await house.listen("Businesses", { operation: "RecordCreate", connection: "acme" });
    const { systems, url } = house.millrace.sandbox!;
    const made = await fetch(`${url}/businesses/`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${systems.issueToken({ locationId: acmeDental }).accessToken}`,
        version: "2021-07-28",
        "content-type": "application/json",
      },
      body: JSON.stringify({ locationId: acmeDental, name: "Engine Works" }),
    });
    expect(made.ok).toBe(true);
    const runs = await until(
      "it arrives",
      () => house.runsOf(flow.id),
      (runs) => runs.length > 0,
    );
    expect(runs).toHaveLength(1);
  });

  test("is found again by the sandbox after a start on another port, with what it counted", async () => {
    const { count } = (await house.inbox("sandbox")).events.find((e) => e.type === "ContactCreate")!;
    await house.millrace.close();
    house = await openHouse(folder, true);
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
