import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { customFields, pipelines, smilesTwins, users, workflows } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
beforeEach(async () => void (bench = await openBench({ quota: { burst: 1000 } })));
afterEach(() => bench.sandbox.close());

const open = { authorization: undefined };
const postRecord = (path: string, body: object = {}) => bench.call("POST", `/sandbox/records/${path}`, body, open);

test("two sub-accounts call the same things by the same names, under ids of their own", async () => {
  const { state } = bench.sandbox;
  const tables = {
    pipelines: state.pipelines,
    calendars: state.calendars,
    fields: state.customFields,
    workflows: state.workflows,
    groups: state.calendarGroups,
  };
  for (const [what, table] of Object.entries(tables)) {
    const of = (id: string) => new Map(table.inLocation(id).map((row) => [row.name, row.id]));
    const [acme, smiles] = [of(bench.acme), of(bench.smiles)];
    expect([what, [...acme.keys()].filter((name) => !smiles.has(name))]).toEqual([what, []]);
    expect([...acme].filter(([name, id]) => smiles.get(name) === id)).toEqual([]);
  }
  const stages = (id: string) => state.pipelines.get(id)!.stages.map(({ name }) => name);
  expect(stages(pipelines.acme.id)).toEqual(stages(pipelines.smiles.id));
  const named = (id: string) => [state.users.get(id)!.firstName, state.users.get(id)!.lastName].join(" ");
  expect([named(users.owner), named(users.desk)]).toEqual([named(smilesTwins.users.owner), named(smilesTwins.users.desk)]);
  expect(new Set(state.users.all().map(({ email }) => email)).size).toBe(state.users.size);
});

describe("by hand, as on the vendor's own pages", () => {
  test("a custom field is made, renamed and deleted with its values", async () => {
    const made = await bench.call("POST", "/sandbox/fields", { locationId: bench.acme, name: "Shoe size", dataType: "NUMERICAL" }, open);
    expect(made.body).toMatchObject({ fieldKey: "contact.shoe_size", dataType: "NUMERICAL" });
    await postRecord(`customFields/${customFields.segment}`, { name: "Kind of patient" });
    const fields = (await bench.call("GET", `/locations/${bench.acme}/customFields`)).rows("customFields");
    expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining(["Shoe size", "Kind of patient"]));
    await postRecord(`customFields/${customFields.segment}/delete`);
    expect(bench.sandbox.state.contacts.inLocation(bench.acme).flatMap((c) => c.customFields.map(({ id }) => id))).not.toContain(
      customFields.segment,
    );
  });

  test("a stage goes, and its opportunities move to the one before it, which sends events", async () => {
    bench.sandbox.setWebhook({ url: "http://127.0.0.1:9/hook" });
    const [, second, third] = pipelines.acme.stages;
    const inThird = bench.sandbox.state.opportunities.inLocation(bench.acme).filter((o) => o.pipelineStageId === third);
    expect(inThird.length).toBeGreaterThan(0);
    await postRecord(`stages/${third}/delete`);
    const view = (await bench.call("GET", `/opportunities/pipelines?locationId=${bench.acme}`)).rows("pipelines")[0]!;
    expect((view.stages as { id: string; position: number }[]).map(({ id, position }) => [id === third, position])).toEqual([
      [false, 0],
      [false, 1],
      [false, 2],
    ]);
    expect(inThird.map(({ id }) => bench.sandbox.state.opportunities.get(id)!.pipelineStageId)).toEqual(inThird.map(() => second));
    await bench.clock.advance(0);
    expect(bench.posted.slice(0, 2).map(({ body }) => body.type)).toEqual(["OpportunityStageUpdate", "OpportunityUpdate"]);
    const body = {
      locationId: bench.acme,
      pipelineId: pipelines.acme.id,
      pipelineStageId: third,
      contactId: bench.sandbox.state.contacts.inLocation(bench.acme)[0]!.id,
      name: "x",
      status: "open",
    };
    expect((await bench.call("POST", "/opportunities/", body)).status).toBe(400);
  });

  test("the last stage of a pipeline stays, and a pipeline goes with its opportunities", async () => {
    for (const stage of pipelines.acme.stages.slice(1)) expect((await postRecord(`stages/${stage}/delete`)).status).toBe(200);
    expect((await postRecord(`stages/${pipelines.acme.stages[0]}/delete`)).status).toBe(404);
    await postRecord(`pipelines/${pipelines.acme.id}/delete`);
    expect(bench.sandbox.state.opportunities.inLocation(bench.acme)).toEqual([]);
  });

  test("a user is shut out and let in again, a workflow drafted, a social account expired", async () => {
    const deleted = async () => (await bench.call("GET", `/users/${users.desk}`)).body.deleted;
    await postRecord(`users/${users.desk}`, { active: false });
    expect(await deleted()).toBe(true);
    await postRecord(`users/${users.desk}`, { active: true });
    expect(await deleted()).toBe(false);
    await postRecord(`workflows/${workflows.recall}`, { active: false, name: "Recall" });
    const list = (await bench.call("GET", `/workflows/?locationId=${bench.acme}`)).rows("workflows");
    expect(list.find(({ id }) => id === workflows.recall)).toMatchObject({ name: "Recall", status: "draft" });
    const account = bench.sandbox.state.socialAccounts.inLocation(bench.acme)[0]!;
    await postRecord(`socialAccounts/${account.id}`, { active: false });
    const { results } = (await bench.call("GET", `/social-media-posting/${bench.acme}/accounts`)).body as {
      results: { accounts: object[] };
    };
    expect(results.accounts).toContainEqual(expect.objectContaining({ id: account.id, isExpired: true }));
  });

  test("what cannot be done to a family, or is not there, is refused", async () => {
    expect((await postRecord(`stages/nothing`, { name: "x" })).status).toBe(404);
    expect((await postRecord(`users/${users.desk}/delete`)).body).toMatchObject({ code: "BAD_INPUT" });
    expect((await postRecord(`toString/x`, { name: "x" })).body).toMatchObject({ code: "BAD_INPUT" });
  });
});

test("a bond to one record is refused a second, and kept where many may be", async () => {
  const { state } = bench.sandbox;
  const [employer, family] = ["employer", "family"].map(
    (key) => state.associations.inLocation(bench.acme).find((row) => row.key === key)!.id,
  );
  const [one, two, three] = state.contacts.inLocation(bench.acme).map(({ id }) => id);
  const business = async (name: string) => (await bench.call("POST", "/businesses/", { locationId: bench.acme, name })).at("buiseness.id");
  const [mill, inn] = [await business("Mill"), await business("Inn")];
  const bind = async (associationId: string, firstRecordId: string, secondRecordId: string) =>
    (await bench.call("POST", "/associations/relations", { locationId: bench.acme, associationId, firstRecordId, secondRecordId })).status;
  expect([await bind(employer!, one!, mill), await bind(employer!, one!, inn), await bind(employer!, two!, mill)]).toEqual([201, 400, 201]);
  expect([await bind(family!, one!, two!), await bind(family!, one!, three!)]).toEqual([201, 201]);
  await bench.call("DELETE", `/associations/${employer!}`);
  expect(state.relations.inLocation(bench.acme).map((row) => row.associationId)).toEqual([family, family]);
});

test("a slug is of one post in its blog, free in another, and looks like one", async () => {
  const { state } = bench.sandbox;
  const old = state.blogPosts.inLocation(bench.acme)[0]!;
  const other = state.newHexId();
  state.blogSites.put({ id: other, locationId: bench.acme, name: "Staff" });
  const { id: _, updatedAt: __, ...post } = old;
  const write = async (more: object) => (await bench.call("POST", "/blogs/posts", { ...post, ...more })).status;
  expect(await write({})).toBe(400);
  expect(await write({ blogId: other })).toBe(200);
  for (const urlSlug of ["With spaces", "Upper", "a--b", "-a"]) expect([urlSlug, await write({ urlSlug })]).toEqual([urlSlug, 422]);
  const exists = async (query: string) =>
    (await bench.call("GET", `/blogs/posts/url-slug-exists?locationId=${bench.acme}&${query}`)).body.exists;
  expect([await exists(`urlSlug=${old.urlSlug}`), await exists("urlSlug=unheard-of")]).toEqual([true, false]);
});
