/** Flows of n8n, Make and Zapier on the pages: a file of each becomes drafts, one of which is published and run. */
import { beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail, FlowView } from "#api/schemas.ts";
import { makeExports } from "#test/flow-import/make-exports.ts";
import { n8nExports } from "#test/flow-import/n8n-exports.ts";
import { zapierExports } from "#test/flow-import/zapier-exports.ts";
import { expectShown } from "#test/support/browser.ts";
import { connectAcme, post, until } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

/** The page reports the refusal that one of these tests provokes. */
const web = webPage({ expected: /status of 4(?:00|09)/ });
beforeAll(async () => {
  web.page.setDefaultTimeout(20_000);
  await connectAcme(web.house.millrace);
});

/** Drops a file on the page, as a person does with the mouse. */
async function drop(name: string, content: unknown): Promise<void> {
  const text = JSON.stringify(content);
  const file = `new File([${JSON.stringify(text)}], ${JSON.stringify(name)}, { type: "application/json" })`;
  const data = await web.page.evaluateHandle(`(() => { const all = new DataTransfer(); all.items.add(${file}); return all; })()`);
  await web.page.getByRole("group", { name: "A flow as a file" }).dispatchEvent("drop", { dataTransfer: data });
}

const flowNamed = async (name: string) =>
  (await web.house.api<{ flows: FlowView[] }>("GET", "/flows")).body.flows.find((flow) => flow.name === name)!;

describe("the page for flows of other tools", () => {
  test("is reached from the flows, and refuses what is no export with a sentence", async () => {
    await web.open("/flows");
    await web.page.getByRole("link", { name: "Import", exact: true }).click();
    await expectShown(web.page.getByRole("heading", { level: 1, name: "Import flows" }));
    await web.expectGood("import-empty");
    await web.page.getByLabel("Or paste its text").fill("<html>");
    await web.page.getByRole("button", { name: "Read the text" }).click();
    await expectShown(web.page.getByRole("alert").filter({ hasText: "is a page, not a file" }));
  });

  test("makes a draft of a workflow, which is published and run", async () => {
    await web.open("/flows/import");
    await drop("workflow.json", n8nExports["a new IF whose ways meet again"]);
    await expectShown(web.page.getByRole("heading", { level: 3, name: "Tag, then note" }));
    await expectShown(web.page.getByText("Note › headers › Authorization"));
    await web.page.getByLabel("HighLevel", { exact: true }).selectOption("acme");
    await web.page.getByText("Ignored, and not missed").click();
    await expectShown(web.page.getByText("nodes › Webhook › position", { exact: false })); // where it was
    await web.expectGood("import-n8n");
    await web.page.getByRole("button", { name: "Create draft" }).click();
    await expectShown(web.page.getByRole("heading", { level: 1, name: "Tag, then note" }));
    await web.page.locator("[data-card]").filter({ hasText: "Note" }).last().click();
    await expectShown(web.page.getByRole("region", { name: "Left to do" }).getByText("secrets are never imported"));
    await web.expectGood("import-editor");
    await web.page.getByRole("button", { name: "Publish" }).first().click();
    const stop = web.page.getByRole("dialog", { name: "Not published: something is left to do" });
    await stop.getByRole("link", { name: "Open the step" }).click();
    await web.page.getByRole("button", { name: "Mark as done" }).click();
    await web.page.getByRole("button", { name: "Publish" }).first().click();
    const flow = await flowNamed("Tag, then note");
    const { body } = await until(
      "it is published",
      () => web.house.api<FlowDetail>("GET", `/flows/${flow.id}`),
      (reply) => reply.body.status === "on",
    );
    await post(body.trigger.hookUrl!, JSON.stringify({ email: "vip@example.com", plan: "vip" }));
    const [run] = await until(
      "its run is over",
      () => web.house.runsOf(flow.id),
      (runs) => runs.length === 1 && runs[0]!.finishedAt !== null,
    );
    expect(run!.state).toBe("succeeded");
  });

  test("makes a draft of a blueprint, and says what is left to do", async () => {
    await web.open("/flows/import");
    await drop("blueprint.json", makeExports["formulas without an equal"]);
    await expectShown(web.page.getByText("Because it looks for a pattern", { exact: false }));
    await web.expectGoodOnPhone("import-make");
    await web.page.getByRole("button", { name: "Create draft" }).click();
    await expectShown(web.page.getByRole("heading", { level: 1, name: "Hard formulas" }));
  });

  test("makes several drafts of an export of Zaps, or those that are ticked", async () => {
    await web.open("/flows/import");
    await drop("zapfile.json", zapierExports["several Zaps"]);
    await expectShown(web.page.getByText("3 flows of Zapier", { exact: false }));
    await web.page.getByLabel("Create Two").uncheck();
    await web.expectGood("import-zapier");
    await web.page.getByRole("button", { name: "Create 2 drafts" }).click();
    await expectShown(web.page.getByRole("heading", { level: 1, name: "Flows", exact: true }));
    await expectShown(web.page.getByText("Three", { exact: true }).first());
    expect(await flowNamed("Two")).toBeUndefined();
    expect(await flowNamed("One")).toMatchObject({ status: "draft" });
  });
});
