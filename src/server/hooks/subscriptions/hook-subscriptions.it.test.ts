import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail } from "#api/schemas.ts";
import { hourMs } from "#kernel/durations.ts";
import { firstWorkspaceId as workspaceId } from "#server/start/store.ts";
import { hookDeskApp, openHookDesk, type HookDesk } from "#test/support/hook-desk.ts";
import { inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";
import { TestClock } from "#kernel/clock.ts";

/** A helpdesk that is an app of the workspace is told the addresses of flows, signs its events, and loses what it was told. */
let desk: HookDesk;
let house: House;
const clock = new TestClock(Date.now());
const { folder, remove } = inboxFolder();

beforeAll(async () => {
  desk = await openHookDesk();
  house = await openHouse(folder, false, clock, { env: { MILLRACE_ALLOW_PRIVATE_HOSTS: desk.host } });
  await house.api("PUT", "/apps/helpdesk", hookDeskApp(desk.origin));
  await connect();
});
afterAll(async () => {
  await house.millrace.close();
  await desk.close();
  remove();
});
afterEach(async () => {
  for (const { id } of await house.millrace.engine.flows.list(workspaceId)) await house.api("DELETE", `/flows/${id}`);
  await until("the helpdesk has no address", registered, (all) => all.length === 0);
  desk.challenged.length = 0;
  desk.faults.length = 0;
});

const connect = () =>
  house.millrace.vault.connect(workspaceId, { name: "desk", app: "helpdesk", auth: "header", secret: { token: "desk-key" } });
const registered = async () => [...desk.registrations];
const flow = async (id: string) => (await house.api<FlowDetail>("GET", `/flows/${id}`)).body;

async function publish(): Promise<FlowDetail> {
  const definition = {
    name: "Tickets",
    trigger: { app: "helpdesk", operation: "ticket.created", connection: "desk" },
    steps: [{ id: "seen", format: { id: "{{ trigger.id }}" } }],
  };
  const { body } = await house.api<FlowDetail>("POST", "/flows", definition);
  const published = await house.api<FlowDetail>("POST", `/flows/${body.id}/publish`, {});
  expect(published.status).toBe(200);
  return published.body;
}

const stateOf = async (id: string) => (await flow(id)).trigger.hookSubscription;
const untilState = (id: string, state: string) =>
  until(
    `the subscription is ${state}`,
    () => stateOf(id),
    (now) => now?.state === state,
  );

describe("a flow that is switched on", () => {
  test("has its address told to the app, which makes sure of it and gives the secret that it signs with", async () => {
    const { id, trigger } = await publish();
    const told = await untilState(id, "subscribed");
    expect(told).toMatchObject({ app: "Helpdesk", problem: null });
    expect(desk.registrations).toMatchObject([{ url: trigger.hookUrl, events: ["ticket.created"] }]);
    expect(desk.challenged).toEqual([{ status: 200, text: "abc " }]);
    expect(trigger.proof).toBe(
      "Helpdesk signs its events in the header X-Desk-Signature. They are checked with the secret that was agreed on when the app was told the address.",
    );
    expect((await desk.send(trigger.hookUrl!, { id: "t_1" })).status).toBe(202);
    expect(await desk.send(trigger.hookUrl!, { id: "t_2" }, "another secret")).toMatchObject({
      status: 401,
      body: { error: { code: "HOOK_REFUSED" } },
    });
  });

  test("and off again is taken back, and told anew when it is on", async () => {
    const { id } = await publish();
    await untilState(id, "subscribed");
    await house.api("POST", `/flows/${id}/pause`);
    await until("the address is taken back", registered, (all) => all.length === 0);
    expect(await stateOf(id)).toBeNull();
    await house.api("POST", `/flows/${id}/resume`, {});
    await until("the address is told again", registered, (all) => all.length === 1);
  });

  test("and off while the app is being told is taken back once the answer is there", async () => {
    desk.faults.push("hold");
    const { id } = await publish();
    await until(
      "the app is asked",
      async () => desk.asked.at(-1),
      (last) => last === "POST /hooks",
    );
    await house.api("POST", `/flows/${id}/pause`);
    desk.release();
    await until(
      "the address is taken back",
      async () => desk.asked.at(-1),
      (last) => last?.startsWith("DELETE /hooks/") === true,
    );
    expect(desk.registrations).toEqual([]);
  });

  test("with a new address has the new one told and the old one taken back; who posts to the old one hears 410", async () => {
    const { id, trigger } = await publish();
    await untilState(id, "subscribed");
    const { body } = await house.api<FlowDetail>("POST", `/flows/${id}/rotate-hook`);
    const urls = () => registered().then((all) => all.map(({ url }) => url));
    await until("only the new address is told", urls, (all) => all.length === 1 && all[0] === body.trigger.hookUrl);
    expect(await desk.send(trigger.hookUrl!, { id: "t_1" })).toMatchObject({ status: 410, body: { error: { code: "HOOK_GONE" } } });
  });

  test("is taken back before its connection goes", async () => {
    const { id } = await publish();
    await untilState(id, "subscribed");
    const { body } = await house.api<{ connections: { id: string }[] }>("GET", "/connections");
    await house.api("DELETE", `/connections/${body.connections[0]!.id}?force=true`);
    expect(desk.registrations).toEqual([]);
    await connect();
    await until("a new connection of the name tells it again", registered, (all) => all.length === 1);
  });

  test("is told again within an hour after the app lost it", async () => {
    const { id } = await publish();
    await untilState(id, "subscribed");
    desk.registrations.length = 0;
    await clock.advance(hourMs + 1);
    const soon = () => clock.advance(1_000).then(registered);
    await until("the address is told again", soon, (all) => all.length === 1);
    await untilState(id, "subscribed");
    expect(desk.registrations).toHaveLength(1);
  });
});

describe("an app that", () => {
  test("refuses the address is named at the flow and in Health, and is asked again when a person says so", async () => {
    desk.faults.push("refuse");
    const { id } = await publish();
    const told = await until(
      "the problem is shown",
      () => stateOf(id),
      (now) => now?.problem !== null,
    );
    expect(told?.problem).toMatch(/^This flow's address could not be registered with Helpdesk: .*the address is not allowed/);
    const { body } = await house.api<{ workspace: { what: string; says: string }[] }>("GET", "/health");
    expect(body.workspace).toContainEqual(expect.objectContaining({ what: "flow 'Tickets'", says: told!.problem }));
    const again = await house.api<FlowDetail>("POST", `/flows/${id}/subscribe`);
    expect(again.body.trigger.hookSubscription).toMatchObject({ state: "subscribed", problem: null });
  });

  test("has a bad moment is asked again by itself", async () => {
    desk.faults.push("server error");
    const { id } = await publish();
    await until(
      "the problem is shown",
      () => stateOf(id),
      (now) => now?.problem !== null,
    );
    await clock.advance(60_000);
    await untilState(id, "subscribed");
    expect(desk.registrations).toHaveLength(1);
  });

  test("takes the address and gives no answer is not told twice: the list shows that it has it", async () => {
    desk.faults.push("no answer");
    const { id } = await publish();
    await until(
      "the problem is shown",
      () => stateOf(id),
      (now) => now?.problem !== null,
    );
    expect(desk.registrations).toHaveLength(1);
    const [first] = await registered();
    await clock.advance(60_000);
    const told = await untilState(id, "subscribed");
    expect(told?.problem).toBeNull();
    // The secret was in the answer that got lost, so the first one was taken back.
    expect(desk.registrations).toHaveLength(1);
    expect(desk.registrations[0]!.id).not.toBe(first!.id);
    expect((await desk.send((await flow(id)).trigger.hookUrl!, { id: "t_9" })).status).toBe(202);
  });
});
