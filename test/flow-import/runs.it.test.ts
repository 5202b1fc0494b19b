/** Drafts of other tools' flows, published and run against the sandbox: they do what their flows did. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail, FlowImport } from "#api/schemas.ts";
import { withConnectionOfApp } from "#surfaces/import-connections.ts";
import { connectAcme, inboxFolder, openHouse, post, until, type House } from "#test/support/inbox.ts";
import { makeExports } from "./make-exports.ts";
import { n8nExports } from "./n8n-exports.ts";
import { zapierExports } from "./zapier-exports.ts";

const { folder, remove } = inboxFolder();
let house: House;

beforeAll(async () => {
  house = await openHouse(folder, true);
  house.millrace.sandbox!.systems.state.search.lagMs = 0;
  await connectAcme(house.millrace);
});
afterAll(async () => {
  await house?.millrace.close();
  remove();
});

/** Imports a file, publishes its only draft, posts an event to it, and returns how the run ended with what its steps gave. */
async function run(file: unknown, event: object): Promise<{ state: string; error: unknown }> {
  const read = await house.api<FlowImport>("POST", "/flow-imports", { text: JSON.stringify(file) });
  expect(read.status).toBe(200);
  const [draft] = read.body.flows.flatMap(({ drafts }) => drafts);
  const made = await house.api<FlowDetail>("POST", "/flows", withConnectionOfApp(draft!.definition, { highlevel: "acme" }));
  expect(made.body.problems).toEqual([]);
  const published = await house.api<FlowDetail>("POST", `/flows/${made.body.id}/publish`, { force: true }); // what is left to do stops it else
  expect([published.status, published.body]).toMatchObject([200, { status: "on" }]);
  await post(published.body.trigger.hookUrl!, JSON.stringify(event));
  const runs = await until(
    "the run is over",
    () => house.runsOf(made.body.id),
    (all) => all.length === 1 && all[0]!.finishedAt !== null,
  );
  const { state, error } = runs[0]!;
  return { state, error };
}

/** The contact with an address, as the sandbox has it. */
const contactOf = async (email: string) => {
  const { body } = await house.api<{ output: { contact?: Record<string, unknown> } }>("POST", "/operations/highlevel.contacts.find", {
    connection: "acme",
    input: { email },
  });
  return body.output.contact;
};

const well = { state: "succeeded", error: null };
const filtered = { state: "filtered", error: null };

describe("a workflow of n8n", () => {
  test("makes a contact of a form", async () => {
    expect(await run(n8nExports["a lead from a form"], { email: " Ada1@Example.com ", name: "Ada Byron" })).toMatchObject(well);
    expect(await contactOf("ada1@example.com")).toMatchObject({ firstName: "Ada", tags: ["website", "lead"], source: "Website" });
  });
  test("takes the way of its IF", async () => {
    expect(await run(n8nExports["an old IF with two ways"], { email: "hot@example.com", score: 9 })).toMatchObject(well);
    expect(await contactOf("hot@example.com")).toMatchObject({ tags: ["hot"] });
  });
  test("goes on where its ways meet again", async () => {
    expect(await run(n8nExports["a new IF whose ways meet again"], { email: "vip@example.com", plan: "vip" })).toMatchObject(well);
    expect(await contactOf("vip@example.com")).toMatchObject({ tags: ["vip"] });
  });
  test("runs its script", async () => {
    expect(await run(n8nExports["a script"], { email: "script@example.com", lines: [{ price: 2 }, { price: 3 }] })).toMatchObject(well);
    expect(await contactOf("script@example.com")).toMatchObject({ email: "script@example.com" });
  });
});

describe("a scenario of Make", () => {
  test("makes a contact of a webhook", async () => {
    expect(await run(makeExports["a lead from a webhook"], { email: " Bob@Example.com ", name: "Bob", plan: "pro" })).toMatchObject(well);
    expect(await contactOf("bob@example.com")).toMatchObject({ firstName: "Bob", tags: ["website", "pro"] });
  });
  test("ends where its filter does not hold", async () => {
    expect(await run(makeExports["a filter before a module"], { email: "nobody" })).toMatchObject(filtered);
  });
  test("calls the operation of its free call, and reads its answer", async () => {
    expect(await run(makeExports["the free call of an app"], { email: "free@example.com", first: "Fay", source: "a fair" })).toMatchObject(
      well,
    );
    expect(await contactOf("free@example.com")).toMatchObject({ firstName: "Fay" });
  });
  test("sets its variables", async () => {
    expect(
      await run(makeExports["variables"], { email: "var@example.com", first: "Vera", last: "Lind", items: [1, 2, 3, 4] }),
    ).toMatchObject(well);
    expect(await contactOf("var@example.com")).toMatchObject({ tags: ["basic", "large"] });
  });
});

describe("a Zap", () => {
  test("makes a contact of a hook", async () => {
    expect(await run(zapierExports["a lead from a hook"], { email: "zap@example.com", name: "Zoe", plan: "Gold" })).toMatchObject(well);
    expect(await contactOf("zap@example.com")).toMatchObject({ firstName: "Zoe", tags: ["website", "gold"] });
  });
  test("ends where its filter does not hold", async () => {
    expect(await run(zapierExports["a filter"], { name: "No address" })).toMatchObject(filtered);
  });
  test("takes one of its paths", async () => {
    const { id } = (await contactOf("zap@example.com")) as { id: string };
    expect(await run(zapierExports["two paths"], { id, score: 10 })).toMatchObject(well);
    expect(await contactOf("zap@example.com")).toMatchObject({ tags: ["website", "gold", "promoter"] });
  });
});
