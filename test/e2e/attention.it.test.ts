/** A connection that many flows use is removed: Needs attention has one entry for it, and one button gives all of them another. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail } from "#api/schemas.ts";
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
    await connectAcme(house.millrace, { name: "bright", title: "Bright Smile" });
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
    expect(await page.getByRole("heading", { level: 3 }).count()).toBe(1);
    await page.getByText("2 runs stopped for it").waitFor();
    await expectGood("removed-attention");
    await page.getByText("Show 3 flows").click();
    await page.getByRole("link", { name: "Recall after six months" }).waitFor();
    await expectGood("removed-attention-open");
  });

  test("gives all of them another with one button, sees what will happen, and the entry goes away by itself", async () => {
    await page.getByRole("button", { name: "Use another connection in all 3 flows" }).click();
    const dialog = page.getByRole("dialog", { name: "Use another connection for Acme Dental" });
    await dialog.getByText("2 places. Published at once as a new version. 1 run stopped for it.").first().waitFor();
    expect(await dialog.getByRole("button", { name: /^Use it in 3 flows/ }).isDisabled()).toBe(false);
    await expectGood("removed-dialog");
    await dialog.getByRole("button", { name: "Use it in 3 flows and replay 2 runs" }).click();
    await page.getByText("Bright Smile is used in 3 flows; 2 runs replayed").waitFor();
    await page.getByText("Nothing needs you.").waitFor();
    for (const id of ids)
      expect((await flowOf(id)).definition.steps.map((one) => "connection" in one && one.connection)).toEqual(["bright", "bright"]);
    await expectGood("removed-mended");
  });
});
