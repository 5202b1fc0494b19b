/** A flow is changed: what changed is shown before it is published, kept with a note, compared, and taken back. The list keeps many flows apart. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail, FlowFile } from "#api/schemas.ts";
import type { House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const web = webPage({ expected: /status of 400/ });
const { open, expectGoodOnPhone: expectGood } = web;
let house: House;
let page: Page;
beforeAll(() => void ({ house, page } = web));

const definition = {
  name: "Leads to our app",
  trigger: { app: "http", operation: "webhook" },
  steps: [{ id: "reason", stop: "filtered", reason: "Not wanted" }],
};
const flow = async (id: string) => (await house.api<FlowDetail>("GET", `/flows/${id}`)).body;

describe("an operator who changes a flow that runs", () => {
  let id: string;

  test("sees what the new version changes before it runs, and leaves a note", async () => {
    id = (await house.api<FlowDetail>("POST", "/flows", definition)).body.id;
    await house.api("POST", `/flows/${id}/publish`);
    await house.api("PUT", `/flows/${id}`, { ...definition, steps: [{ ...definition.steps[0], reason: "Came too late" }] });
    await open(`/flows/${id}`);
    await page.getByRole("button", { name: "Publish flow" }).click();
    const dialog = page.getByRole("dialog", { name: "Publish these changes?" });
    await dialog.getByRole("list", { name: "What this version changes" }).getByText("Came too late").waitFor();
    await dialog.getByLabel("Note").fill("Acme asked for it");
    await expectGood("publish changes");
    await dialog.getByRole("button", { name: "Publish flow" }).click();
    await page.getByText("Published. It starts once its app posts events to its address").waitFor();
    expect((await flow(id)).versions.at(-1)).toMatchObject({ version: 2, note: "Acme asked for it" });
  });

  test("looks at the versions and takes the change back", async () => {
    await page.getByRole("tab", { name: "Versions" }).click();
    await page.getByText("Acme asked for it").waitFor();
    await page.getByRole("list", { name: "What changed" }).getByText("Came too late").waitFor();
    await expectGood("versions");
    await page.getByRole("button", { name: "View version 1" }).click();
    await page.getByRole("dialog", { name: "Version 1" }).getByText("Not wanted").first().waitFor();
    await expectGood("older version");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Restore version 1" }).click();
    await page.getByRole("button", { name: "Restore version", exact: true }).click();
    await page.getByText("The draft is version 1 again").waitFor();
    expect((await flow(id)).definition.steps).toEqual(definition.steps);
    expect((await flow(id)).version).toBe(2);
  });

  test("gives it a name and a folder, copies it, and carries it to another Millrace as a file", async () => {
    const menu = async (item: string) => {
      await page.getByRole("button", { name: "More about this flow" }).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await menu("Name and folder");
    await page.getByRole("dialog").getByLabel("Name").fill("Late leads");
    await page.getByRole("dialog").getByLabel("Folder").fill("Acme Dental");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { name: "Late leads" }).waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), menu("Export as a file")]);
    expect(download.suggestedFilename()).toBe("late-leads.json");
    const path = await download.path();
    expect(JSON.parse(await readFile(path, "utf8")) as FlowFile).toMatchObject({ millrace: "flow", flow: { name: "Late leads" } });
    await menu("Duplicate flow");
    await page.getByRole("button", { name: "Create copy" }).click();
    await page.getByRole("heading", { name: "Late leads (copy)" }).waitFor();

    await open("/flows");
    await page.getByRole("region", { name: "Acme Dental" }).getByRole("link", { name: "Late leads (copy)" }).waitFor();
    await expectGood("flows in folders");
    await page.getByRole("link", { name: "Import", exact: true }).click();
    await page.getByLabel("Choose a file").setInputFiles({ name: "flow.json", mimeType: "application/json", buffer: await readFile(path) });
    await page.getByText("Imported as a draft").waitFor();
    await page.getByRole("heading", { name: "Late leads", exact: true }).waitFor();
  });

  test("sees what is wrong with a file that is no flow", async () => {
    await open("/flows/import");
    await page.getByLabel("Choose a file").setInputFiles({ name: "notes.txt", mimeType: "application/json", buffer: Buffer.from("hello") });
    const refusal = page.getByRole("alert").filter({ hasText: "is no JSON" });
    await refusal.waitFor();
    expect(await refusal.isVisible()).toBe(true);
  });
});
