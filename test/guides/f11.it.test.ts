/** F11: mappings are customised and saved as reusable templates, and transformation rules are there. As an operator does it, on the page. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail } from "#api/schemas.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { connectAcme, post, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

/** An answer that refuses is noted by the browser itself. */
const web = webPage({ expected: /status of (409|422)/ });
const { open, expectGood, expectFits } = web;

let house: House;
let token: string;
let second: FlowDetail;

const upsert = (input: Record<string, unknown>) => [
  { id: "lead", app: "highlevel", operation: "contacts.upsert", connection: "acme", input },
];
const answers = { app: "http", operation: "webhook" };
const mapped = { email: "{{ trigger.email | strip | downcase }}", tags: ["{{ trigger.score | rule: 'score-to-tag' }}"] };
const pasted = "9\tpromoter\n7\tpassive\n3\tunhappy";

beforeAll(async () => {
  house = web.house;
  token = await connectAcme(house.millrace);
});

/** What the browser does with a text on the clipboard; it runs in the page. */
const pasting = (text: string) => `{
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", ${JSON.stringify(text)});
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}`;

const flowOf = async (id: string) => (await house.api<FlowDetail>("GET", `/flows/${id}`)).body;
const create = async (name: string, input: Record<string, unknown>) =>
  (await house.api<FlowDetail>("POST", "/flows", { name, trigger: answers, steps: upsert(input) })).body;

/** The tags of a contact in HighLevel, once it is there. */
async function tagsOf(email: string): Promise<string[]> {
  const search = new URLSearchParams({ locationId: sandboxDefaults.acmeDental, query: email });
  const find = async () => {
    const reply = await fetch(`${house.millrace.sandbox!.url}/contacts/?${search}`, {
      headers: { authorization: `Bearer ${token}`, version: "2021-07-28" },
    });
    return ((await reply.json()) as { contacts: { tags: string[] }[] }).contacts;
  };
  return (await until(`${email} is in HighLevel`, find, (contacts) => contacts.length > 0))[0]!.tags;
}

describe("F11: mappings and rules, customised, saved and used again", () => {
  test("an operator makes a look-up table by pasting two columns of a spreadsheet, and tries it", async () => {
    await open("/");
    const { page } = web;
    await page.getByRole("link", { name: "Rules and mappings" }).click();
    await page.getByRole("link", { name: "Make a look-up table" }).click();
    await page.getByLabel("Title").fill("Score to tag");
    const cell = page.getByLabel("Row 1: when the value is");
    await cell.focus();
    await page.evaluate(pasting(pasted));
    expect(await page.getByLabel("Row 3: it becomes").inputValue()).toBe("unhappy");
    await page.getByLabel("Row 3: it becomes").focus();
    await page.keyboard.press("Enter"); // a new row, by the keyboard alone
    await page.keyboard.type("10");
    await page.keyboard.press("Tab");
    await page.keyboard.type("promoter");
    await page.getByLabel("A value to try").fill("10");
    await page.getByLabel("What it gives").getByText("promoter").waitFor();
    await page.getByLabel("A value to try").fill("5");
    await page.getByText("Stops the run: the rule 'Score to tag' has no row for '5'").waitFor();
    await page.getByLabel("All other values").selectOption({ label: "Leave the field out" });
    await page.getByText("Nothing: the field is left out.").waitFor();
    await expectGood("f11-rule");
    await page.getByRole("button", { name: "Add rule" }).click();
    await page.getByText("No flow uses it yet.").waitFor();
    expect((await house.api<{ rules: object[] }>("GET", "/rules")).body.rules).toMatchObject([
      { name: "score-to-tag", rows: 4, version: 1 },
    ]);
  });

  test("a step that is filled becomes a mapping template", async () => {
    await create("Survey answers", { ...mapped, firstName: "{{ trigger.name | first_name }}" });
    second = await create("Other survey", { email: "{{ trigger.mail }}", firstName: "{{ trigger.name }}" });
    const { page } = web;
    await open("/rules?new=mapping");
    await page.getByLabel("Flow", { exact: true }).selectOption({ label: "Survey answers" });
    await page.getByLabel("Step", { exact: true }).selectOption({ index: 1 });
    await page.getByRole("button", { name: "Choose its fields" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Title").fill("Survey answer to contact");
    await dialog.getByRole("checkbox", { name: "First name" }).click();
    await expectGood("f11-save-mapping");
    await dialog.getByRole("button", { name: "Save mapping" }).click();
    await page.getByRole("article", { name: "Survey answer to contact" }).waitFor();
    await page.getByText("Used by 1 flow").waitFor();
    await expectGood("f11-mapping");
    const { mappings } = (await house.api<{ mappings: object[] }>("GET", "/mappings")).body;
    expect(mappings).toMatchObject([{ name: "survey-answer-to-contact", fields: ["email", "tags"] }]);
  });

  test("a step of another flow is filled from it, and what changes is shown first", async () => {
    const { page } = web;
    await page.getByRole("button", { name: "Use in a step" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Flow", { exact: true }).selectOption({ label: "Other survey" });
    await dialog.getByLabel("Step", { exact: true }).selectOption({ index: 1 });
    await dialog.getByRole("button", { name: "Show what changes" }).click();
    await page.getByRole("dialog").getByText("2 fields will change.").waitFor();
    await page.getByRole("radio", { name: "Only empty fields" }).click();
    await page.getByRole("dialog").getByText("1 field will change.").waitFor();
    await expectGood("f11-apply-mapping");
    await page.getByRole("radio", { name: "All fields" }).click();
    await page.getByRole("button", { name: "Fill 2 fields" }).click();
    await page.getByText("The draft of").waitFor();
    expect((await flowOf(second.id)).definition.steps).toEqual(upsert({ ...mapped, firstName: "{{ trigger.name }}" }));
  });

  test("its runs give HighLevel what the rule says, and what it says after a change, at once", async () => {
    const { page } = web;
    await house.api("POST", `/flows/${second.id}/publish`, {});
    const { hookUrl } = (await flowOf(second.id)).trigger;
    await post(hookUrl!, JSON.stringify({ id: "1", email: " Ada@Example.com ", name: "Ada", score: 9 }));
    expect(await tagsOf("ada@example.com")).toEqual(["promoter"]);
    await open("/rules");
    await page.getByRole("link", { name: "Score to tag" }).click();
    await page.getByText("Changes count at once in 'Other survey'.").waitFor();
    await page.getByLabel("Row 1: it becomes").fill("fan");
    await page.getByRole("button", { name: "Save rule" }).click();
    await page.getByText("Score to tag is saved.").waitFor();
    await post(hookUrl!, JSON.stringify({ id: "2", email: "grace@example.com", name: "Grace", score: "9" }));
    expect(await tagsOf("grace@example.com")).toEqual(["fan"]);
  });

  test("an earlier version is put back, and a rule in use is not removed", async () => {
    const { page } = web;
    const more = page.getByRole("button", { name: "More about Score to tag" });
    await more.click();
    await page.getByRole("menuitem", { name: "Versions" }).click();
    await page.getByRole("button", { name: "Look at version 1" }).click();
    await page.getByRole("button", { name: "Save rule" }).click();
    await until(
      "the first version is back",
      async () => (await house.api<{ version: number }>("GET", "/rules/score-to-tag")).body.version,
      (version) => version === 3,
    );
    await more.click();
    await page.getByRole("menuitem", { name: "Remove rule" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove rule" }).click();
    await page
      .getByRole("alertdialog")
      .getByText(/is used by .*the flow 'Survey answers'.*the mapping template 'Survey answer to contact'/)
      .waitFor();
    await expectGood("f11-remove");
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
  });

  test("ranges are conditions, and a chain of filters is a format; nothing that is not saved is lost by accident", async () => {
    const { page } = web;
    await open("/rules?new=conditions");
    await page.getByLabel("Title").fill("Mood");
    await page.getByLabel("Row 1: comparison").selectOption({ label: "is at least" });
    await page.getByLabel("Row 1: compared with").fill("9");
    await page.getByLabel("Row 1: it becomes").fill("happy");
    await page.getByRole("button", { name: "Add condition" }).click();
    await page.getByLabel("Row 2: comparison").selectOption({ label: "as a condition" });
    await page.getByLabel("Row 2: compared with").fill("value > 3 and value < 7");
    await page.getByLabel("Row 2: it becomes").fill("so so");
    await page.getByLabel("All other values").selectOption({ label: "Use this instead" });
    await page.getByLabel("Instead").fill("unknown");
    for (const [value, result] of [
      ["9.5", "happy"],
      ["5", "so so"],
      ["8", "unknown"],
    ] as const) {
      await page.getByLabel("A value to try").fill(value);
      await page.getByLabel("What it gives").getByText(result, { exact: true }).waitFor();
    }
    await expectGood("f11-conditions");
    await page.getByRole("link", { name: "Score to tag" }).click();
    await page.getByRole("alertdialog").getByText("is not saved yet").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Add rule" }).click();
    await page.getByRole("link", { name: "Mood" }).waitFor();
    await open("/rules?new=format");
    await page.getByLabel("Title").fill("Clean name");
    await page.getByRole("button", { name: "Trim spaces" }).click();
    await page.getByRole("button", { name: "Name in capitals and small letters" }).click();
    await page.getByLabel("A value to try").fill("  ADA   LOVELACE ");
    await page.getByLabel("What it gives").getByText("Ada Lovelace", { exact: true }).waitFor();
    await expectGood("f11-format");
    await page.getByRole("button", { name: "Add rule" }).click();
    await page.getByRole("link", { name: "Clean name" }).waitFor();
  });

  test("both go to another place as a file", async () => {
    const { page } = web;
    await page.getByRole("link", { name: "Survey answer to contact" }).first().click();
    await page.getByRole("article", { name: "Survey answer to contact" }).waitFor();
    await page.getByRole("button", { name: "More about Survey answer to contact" }).click();
    const downloading = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "Export as a file" }).click();
    const file = await (await downloading).path();
    const exported = JSON.parse(readFileSync(file, "utf8")) as { rules: object; mappings: object };
    expect([Object.keys(exported.rules), Object.keys(exported.mappings)]).toEqual([["score-to-tag"], ["survey-answer-to-contact"]]);
    await page.getByLabel("A file of rules and mappings").setInputFiles({
      name: "parts.json",
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify({ rules: { ...exported.rules, added: { title: "Added", kind: "format", filters: "strip" } } })),
    });
    await page.getByText("1 part imported").waitFor();
    await page.getByRole("link", { name: "Added" }).waitFor();
  });

  test("the page is good on a phone", async () => {
    await web.toPhone();
    await open("/rules");
    await expectFits("f11-phone-list");
    await web.page.getByRole("link", { name: "Score to tag" }).click();
    await web.page.getByLabel("Row 1: when the value is").waitFor();
    await expectFits("f11-phone-rule");
    await expectGood("f11-phone-rule");
  });
});
