import { afterAll, beforeAll, expect, test } from "vitest";
import { sandboxDefaults } from "#sandbox/index.ts";
import { connectAcme, inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";
import type { FlowDetail, LedgerView, RunDetail } from "#api/schemas.ts";

const { acmeDental } = sandboxDefaults;
const { folder, remove } = inboxFolder();
let house: House;

/** The whole server with the sandbox beside it: the tag is added over there, its signed webhook comes to the inbox, the flow runs once. */
beforeAll(async () => {
  house = await openHouse(folder, true);
  await connectAcme(house.millrace);
});
afterAll(async () => {
  await house.millrace.close();
  remove();
});

const ask = async (method: string, path: string, body: unknown): Promise<{ contact: { id: string } }> => {
  const { systems, url } = house.millrace.sandbox!;
  const token = systems.issueToken({ locationId: acmeDental }).accessToken;
  const headers = { authorization: `Bearer ${token}`, version: "2021-07-28", "content-type": "application/json" };
  return (await (await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) })).json()) as { contact: { id: string } };
};

test("a tag that is added over the API starts the flow of that tag once, and gold does not", async () => {
  const { id: contactId } = (await ask("POST", "/contacts/", { locationId: acmeDental, email: "tagged@example.com" })).contact;
  const { id } = await house.listen("Welcome VIPs", { operation: "contacts.tag_added", connection: "acme", input: { tag: "VIP" } });
  const ledger = async () => (await house.api<LedgerView>("GET", `/flows/${id}/ledger`)).body;
  await until("the first look ends", ledger, ({ lastAt }) => lastAt !== null);
  expect((await house.api<FlowDetail>("GET", `/flows/${id}`)).body.trigger).toMatchObject({ kind: "poll", watches: true, lastError: null });

  await ask("POST", `/contacts/${contactId}/tags`, { tags: ["vip"] });
  const [run] = await until(
    "the flow runs",
    () => house.runsOf(id),
    (runs) => runs.length === 1 && runs[0]!.finishedAt !== null,
  );
  expect((await house.api<RunDetail>("GET", `/runs/${run!.id}`)).body).toMatchObject({
    state: "succeeded",
    change: { fields: ["tags"], old: { tags: [] }, new: { tags: ["vip"] } },
  });

  await ask("POST", `/contacts/${contactId}/tags`, { tags: ["gold"] });
  await until("the other tag is counted", ledger, ({ observations }) => observations!.some(({ outcome }) => outcome === "other"));
  expect(await house.runsOf(id)).toHaveLength(1);
  expect((await ledger()).observations!.find(({ outcome }) => outcome === "other")).toMatchObject({
    by: "webhook",
    record: contactId,
    note: "tags went from vip to vip, gold",
  });
  const { arrivals } = await house.inbox("sandbox");
  expect(arrivals.find(({ outcome }) => outcome === "other")).toMatchObject({ flows: 1, flowId: id, runId: null, joined: false });
  expect(arrivals.find(({ runId }) => runId === run!.id)).toMatchObject({ flows: 1, joined: false, outcome: null });
  expect((await house.inbox("sandbox")).events.find(({ type }) => type === "ContactTagUpdate")!.flows).toContainEqual({
    id,
    name: "Welcome VIPs",
  });
});
