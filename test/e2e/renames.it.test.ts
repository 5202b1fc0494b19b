/** A field is renamed in HighLevel: the next event goes on, a notice offers the new name, and a click writes it. What is deleted stops, with a way on. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { FlowDetail } from "#api/schemas.ts";
import { firstWorkspaceId as workspaceId } from "#server/start/store.ts";
import { connectAcme, post, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental, customFields } = sandboxDefaults;
const web = webPage({ expected: /409/ });
const { open, expectGoodOnPhone: expectGood } = web;
let house: House;
let page: Page;

beforeAll(async () => {
  ({ house, page } = web);
  await connectAcme(house.millrace);
});

const name = "Survey answers to contacts";
const definition = {
  name,
  trigger: { app: "http", operation: "webhook" },
  steps: [
    {
      id: "contact",
      title: "Update the contact",
      app: "highlevel",
      operation: "contacts.upsert",
      connection: "acme",
      input: { email: "{{ trigger.email }}", customFields: { "Net promoter score": "{{ trigger.score }}" } },
    },
  ],
};
const flow = async (id: string) => (await house.api<FlowDetail>("GET", `/flows/${id}`)).body;
/** An event comes, and its run ends. */
async function answer(id: string, email: string, score: number) {
  const { trigger } = await flow(id);
  const known = (await house.runsOf(id)).length;
  await post(trigger.hookUrl!, JSON.stringify({ email, score }));
  const runs = await until(
    "the run ends",
    () => house.runsOf(id),
    (all) => all.length > known && all.every(({ finishedAt }) => finishedAt !== null),
  );
  return runs.at(-1)!;
}
const scoreOf = (email: string) =>
  house.millrace
    .sandbox!.systems.state.contacts.all()
    .find((one) => one.email === email)
    ?.customFields.find(({ id }) => id === customFields.score)?.value;
/** What a person does in HighLevel, and the minute after which it is looked up again. */
async function renameField(from: string, to: string): Promise<void> {
  await page.goto(`${house.millrace.sandbox!.url}/ui/records?family=customFields&location=${acmeDental}`);
  await page.getByRole("row", { name: from }).getByRole("link", { name: "Change" }).click();
  await page.getByLabel("Name").fill(to);
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("row", { name: to }).waitFor();
  await forgetLists();
}
const forgetLists = () => house.millrace.vault.change(workspaceId, "acme", { title: "Acme Dental" });

describe("an operator whose colleague changes HighLevel", () => {
  let id: string;

  test("publishes a flow that writes a custom field by its name", async () => {
    const made = await house.api<FlowDetail>("POST", "/flows", definition);
    id = made.body.id;
    expect((await house.api("POST", `/flows/${id}/publish`)).status).toBe(200);
    expect(await answer(id, "ada@rename.example", 9)).toMatchObject({ state: "succeeded" });
    expect(scoreOf("ada@rename.example")).toBe(9);
  });

  test("loses nothing by a rename: the next event goes on, and its run says so", async () => {
    await renameField("Net promoter score", "NPS score");
    const run = await answer(id, "bob@rename.example", 3);
    expect(run).toMatchObject({ state: "succeeded", error: null });
    expect(scoreOf("bob@rename.example")).toBe(3);
    await open(`/runs/${run.id}`);
    await page.getByText("'Net promoter score' is now called 'NPS score'; it was used all the same.").first().waitFor();
    await expectGood("rename-run");
  });

  test("is offered the new name on Home, in Needs attention and in the checks, and writes it with one click", async () => {
    await until(
      "the flow was checked again",
      () => flow(id),
      ({ lint }) => (lint?.troubles.length ?? 0) > 0,
    );
    await open("/");
    const notice = page.getByRole("list", { name: "Before it fails" });
    await notice.getByText("uses names that have changed").waitFor();
    await notice.getByRole("button", { name: "Use 'NPS score'" }).waitFor();
    await expectGood("rename-home");
    await open("/attention");
    await page.getByRole("button", { name: "Use 'NPS score'" }).waitFor();
    await expectGood("rename-attention");
    await open(`/flows/${id}?tab=checks`);
    await page.getByText("Step 1 'Update the contact', Custom fields").waitFor();
    await expectGood("rename-checks");
    await page.getByRole("button", { name: "Use 'NPS score'" }).click();
    await page.getByText("Published: 'NPS score' is used from now on").waitFor();
    await page.getByText("Every field, stage, calendar and person this flow names is there.").waitFor();
    expect(await flow(id)).toMatchObject({ version: 2, changed: false, lint: { errors: 0, warnings: 0 } });
    await open("/");
    await page.getByText("uses names that have changed").waitFor({ state: "detached" });
    expect((await answer(id, "cy@rename.example", 5)).state).toBe("succeeded");
  });

  test("is stopped by what was deleted, chooses the nearest, and the event goes on", async () => {
    const { state } = house.millrace.sandbox!.systems;
    const old = state.customFields.get(customFields.score)!;
    state.customFields.delete(old.id);
    state.customFields.put({ ...old, id: "cfPromoterScore00001", name: "NPS scores", fieldKey: "contact.nps_scores" });
    await forgetLists();
    const run = await answer(id, "dora@rename.example", 8);
    expect(run).toMatchObject({ state: "failed", attention: true });
    await open("/attention");
    await page.getByRole("button", { name: "Use 'NPS scores'" }).first().waitFor();
    await expectGood("deleted-attention");
    await open(`/runs/${run.id}`);
    await page.getByRole("button", { name: "Use 'NPS scores'" }).waitFor();
    await expectGood("deleted-run");
    await open("/attention");
    await page.getByRole("listitem").filter({ hasText: "has no custom field" }).getByRole("button", { name: "Use 'NPS scores'" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("The flow is tried with its newest event first").waitFor();
    await expectGood("deleted-dialog");
    await dialog.getByRole("button", { name: "Use it and replay 1 run" }).click();
    await page.getByText("Published: 'NPS scores' is used from now on, and 1 run replayed").waitFor();
    await until(
      "the replay wrote it",
      async () => state.contacts.all().find((one) => one.email === "dora@rename.example")?.customFields,
      (fields) => fields?.some((field) => field.id === "cfPromoterScore00001" && field.value === 8) ?? false,
    );
    await page.getByText("Nothing needs you.").waitFor();
  });

  test("cannot publish what would fail without being asked, and sees why in words", async () => {
    await open(`/flows/${id}?tab=json`);
    const wrong = structuredClone(definition);
    wrong.steps[0]!.connection = "acmee";
    await page
      .getByLabel("The flow as JSON")
      .fill(JSON.stringify({ ...wrong, trigger: { ...wrong.trigger, connection: undefined } }, null, 2));
    await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
    await expectGood("stop-saved");
    await open(`/flows/${id}?at=steps.0`);
    await page.getByRole("list", { name: "What the check found here" }).getByText("there is no connection 'acmee'").waitFor();
    await expectGood("stop-steps");
    await page.getByRole("button", { name: "Publish flow" }).click();
    await page.getByRole("dialog", { name: "Publish these changes?" }).getByRole("button", { name: "Publish flow" }).click();
    const dialog = page.getByRole("dialog", { name: "Not published: its runs would fail" });
    await dialog.getByText("Step 1 'Update the contact', Connection").waitFor();
    await expectGood("stop-dialog");
    expect((await flow(id)).version).toBe(3);
    await dialog.getByRole("button", { name: "Publish anyway" }).click();
    await dialog.getByLabel("Why publish it anyway?").fill("The connection is made tomorrow");
    await expectGood("stop-why");
    await dialog.getByRole("button", { name: "Publish anyway" }).click();
    await page.getByText("Published, although something stands against it").waitFor();
    expect((await flow(id)).version).toBe(4);
    expect((await flow(id)).versions.at(-1)).toMatchObject({ version: 4, note: "Published anyway: The connection is made tomorrow" });
  });

  test("sees what is true of a draft that has lost webhooks looked for", async () => {
    const trigger = { app: "highlevel", operation: "ContactCreate", connection: "acme", reconcile: "15m" };
    const made = await house.api<FlowDetail>("POST", "/flows", { name: "Draft with reconcile", trigger, steps: [] });
    await open(`/flows/${made.body.id}`);
    const deliveries = page.getByRole("region", { name: "Deliveries" });
    await deliveries.getByText("Once the draft is published, lost webhooks are looked for every 15 minutes").waitFor();
    expect(await deliveries.getByText("are not looked for").count()).toBe(0);
    await expectGood("draft-reconcile");
  });
});
