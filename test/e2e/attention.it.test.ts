/** A connection that many flows use is removed: Needs attention has one entry for it, and one button gives all of them another. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail, RunList } from "#api/schemas.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { expectShown } from "#test/support/browser.ts";
import { connectAcme, post, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const web = webPage({ expected: /409|404/ });
const { open, expectGoodOnPhone: expectGood } = web;
let house: House;
let page: Page;

const step = (id: string, email: string) => ({
  id,
  app: "highlevel",
  operation: "contacts.upsert",
  connection: "acme",
  input: { email },
});
const definition = (name: string) => ({
  name,
  trigger: { app: "http", operation: "webhook" },
  steps: [step("first", "{{ trigger.email }}"), step("second", "second-{{ trigger.email }}")],
});
const flowOf = async (id: string) => (await house.api<FlowDetail>("GET", `/flows/${id}`)).body;

beforeAll(async () => {
  ({ house, page } = web);
  await connectAcme(house.millrace);
});

describe("an operator whose colleague removed a connection", () => {
  const ids: string[] = [];

  test("sees one entry for all flows that used it, with the runs that stopped", async () => {
    for (const name of ["Welcome new patients", "Recall after six months", "Answers of the survey"]) {
      const { id } = (await house.api<FlowDetail>("POST", "/flows", definition(name))).body;
      expect((await house.api("POST", `/flows/${id}/publish`)).status).toBe(200);
      ids.push(id);
    }
    await house.api("PATCH", `/flows/${ids[2]}`, { name: "Answers of the yearly survey" });
    const { body } = await house.api<{ connections: { id: string; name: string }[] }>("GET", "/connections");
    await connectAcme(house.millrace, { name: "bright", title: "Bright Smiles", locationId: sandboxDefaults.brightSmiles });
    await house.api("DELETE", `/connections/${body.connections.find(({ name }) => name === "acme")!.id}?force=true`);
    for (const id of ids.slice(0, 2)) await post((await flowOf(id)).trigger.hookUrl!, JSON.stringify({ email: `ada-${id}@example.com` }));
    await until(
      "both runs stopped",
      () => house.api<{ runs: unknown[] }>("GET", "/runs?attention=true"),
      (reply) => reply.body.runs.length === 2,
    );
    await until(
      "the flows were checked again",
      async () => Promise.all(ids.map(flowOf)),
      (flows) => flows.every(({ lint }) => lint?.troubles[0]?.cause?.kind === "connection"),
    );
    await open("/attention");
    await page.getByText("3 flows use the connection Acme Dental, which was removed").waitFor();
    await expectShown(page.getByRole("heading", { level: 3 }));
    await page.getByText("2 runs stopped for it").waitFor();
    expect(await page.getByRole("link", { name: "Reconnect 'Acme Dental'" }).getAttribute("href")).toMatch(/\/connections\?add=/);
    await expectGood("removed-attention");
    await page.getByText("Show 3 flows").click();
    await page.getByRole("link", { name: "Recall after six months" }).waitFor();
    await expectGood("removed-attention-open");
  });

  test("gives all of them another with one button, sees what will happen, and the entry goes away by itself", async () => {
    await page.getByRole("button", { name: "Use another connection in all 3 flows" }).click();
    const dialog = page.getByRole("dialog", { name: "Use another connection for Acme Dental" });
    await dialog.getByText("2 places. Published at once as a new version. 1 run stopped for it.").first().waitFor();
    // The only other one is another client's: nobody takes it by mistake.
    expect(await dialog.getByRole("button", { name: /^Use it in 3 flows/ }).isDisabled()).toBe(true);
    await dialog.getByRole("button", { name: /^Connection/ }).click();
    await page.getByRole("option", { name: /^Bright Smiles/ }).click();
    await dialog.getByText("All steps will read and write in 'Bright Smiles'. Choose it only if it is the same client.").waitFor();
    await expectGood("removed-dialog");
    await dialog.getByRole("button", { name: "Use it in 3 flows and replay 2 runs" }).click();
    await page.getByText("Bright Smiles is used in 3 flows; 2 runs replayed").waitFor();
    await page.getByText("Nothing needs you.").waitFor();
    for (const id of ids)
      expect((await flowOf(id)).definition.steps.map((one) => "connection" in one && one.connection)).toEqual(["bright", "bright"]);
    await expectGood("removed-mended");
  });
});

describe("an operator of several sub-accounts", () => {
  test("sees in each row where it works, and narrows flows and runs to one of them, which the address keeps", async () => {
    await connectAcme(house.millrace);
    const { id } = (await house.api<FlowDetail>("POST", "/flows", definition("Birthday greetings"))).body;
    await house.api("POST", `/flows/${id}/publish`);
    await post((await flowOf(id)).trigger.hookUrl!, JSON.stringify({ email: "old@exampel.com", score: 9, vip: false }));
    await until(
      "its run is through",
      () => house.api<RunList>("GET", `/runs?flow=${id}`),
      ({ body }) => body.runs[0]?.state === "succeeded",
    );
    await open("/flows");
    await page.getByRole("row", { name: "Birthday greetings" }).getByText("Acme Dental").waitFor();
    await expectGood("flows-accounts");
    await page.getByRole("button", { name: "Sub-account: Any sub-account" }).click();
    await page.getByLabel("Find a sub-account").fill("bright");
    await expectGood("flows-account-filter");
    await page.getByRole("option", { name: "Bright Smiles" }).click();
    await page.getByRole("row", { name: "Birthday greetings" }).waitFor({ state: "detached" });
    expect(page.url()).toContain(`account=${sandboxDefaults.brightSmiles}`);
    await page.getByRole("button", { name: "Flow", exact: true }).click();
    await page.getByRole("row").nth(1).getByText("Answers of the yearly survey").waitFor();
    expect(page.url()).toContain("sort=name");
    await open(`/runs?account=${sandboxDefaults.acmeDental}`);
    await page.getByRole("row", { name: "old@exampel.com" }).getByText("Acme Dental").waitFor();
    // Beside it the two runs of the versions that named this sub-account then; their replays worked in the other one.
    await expectShown(page.getByRole("row"), 4);
    await expectGood("runs-account");
  });

  test("corrects the data of a run and replays it as a new one", async () => {
    const { body } = await house.api<RunList>("GET", `/runs?location=${sandboxDefaults.acmeDental}`);
    await open(`/runs/${body.runs[0]!.id}`);
    await page.getByRole("button", { name: "Edit and replay" }).click();
    const dialog = page.getByRole("dialog", { name: "Edit and replay" });
    expect(await dialog.getByRole("button", { name: "Replay with changed data" }).isDisabled()).toBe(true);
    expect(await dialog.getByLabel("Score").isVisible()).toBe(false); // no step reads it
    await dialog.getByText(/that the flow does not use$/).click();
    await dialog.getByLabel("Score").fill("nine");
    await dialog.getByText("Takes a number, as before.").waitFor();
    await dialog.getByLabel("Score").fill("8");
    await dialog.getByLabel("E-mail").fill("new@example.com");
    await dialog.getByRole("region", { name: "What you change" }).getByText("new@example.com").waitFor();
    await dialog.getByText("Was: ").first().waitFor();
    await dialog.getByRole("button", { name: "Dry run" }).click();
    await dialog.getByRole("region", { name: "What a dry run shows" }).waitFor();
    await expectGood("edit-and-replay");
    await dialog.getByRole("radio", { name: "JSON" }).click();
    await dialog.getByLabel("Event").fill("{ no");
    await dialog.getByText(/^Line 1 is not valid JSON/).waitFor();
    await dialog.getByLabel("Event").fill('{ "email": "new@example.com", "score": 8 }');
    await dialog.getByRole("button", { name: "Replay with changed data" }).click();
    await page.getByText("This replays an earlier run with changed data.").waitFor();
    await page.getByRole("heading", { level: 1, name: "new@example.com" }).waitFor();
    await expectGood("edited-replay");
    await page.getByRole("link", { name: "an earlier run" }).click();
    await page.getByRole("link", { name: /^Replayed with changed data/ }).waitFor();
  });

  test("reads on Home what stopped, replays it, and is led to what the replay does", async () => {
    const lost = {
      name: "Orders to the shop",
      trigger: { app: "http", operation: "webhook" },
      steps: [{ id: "end", stop: "failed", reason: "The shop is closed" }],
    };
    const { id } = (await house.api<FlowDetail>("POST", "/flows", lost)).body;
    await house.api("POST", `/flows/${id}/publish`);
    await house.api("POST", `/flows/${id}/run`, { payload: { email: "ada@example.com" } });
    await open("/");
    const stopped = page.getByRole("region", { name: "Stopped runs" });
    await stopped.getByText("A run of Orders to the shop stopped, and waits for you").waitFor();
    await expectGood("home-stopped");
    await stopped.getByRole("link", { name: /Orders to the shop/ }).click();
    await page.getByRole("heading", { level: 1, name: "Needs attention" }).waitFor();
    const entry = page.getByRole("listitem").filter({ hasText: "Orders to the shop" }).first();
    await entry.getByRole("button", { name: /^Replay/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Replay 1 run" }).click();
    await page.getByText("If it fails again, it comes back to Needs attention.").waitFor();
    await page.getByRole("button", { name: "Open the run" }).click();
    await page.getByRole("heading", { level: 1, name: "ada@example.com" }).waitFor();
  });
});
