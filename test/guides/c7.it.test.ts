/** C7: no heavy code; light scripts where they are wanted. An operator adds a script to a flow on the page, and sees what it does in HighLevel. */
import { beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail } from "#api/schemas.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { connectAcme, post, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const web = webPage();
const { open, expectGood, expectFits } = web;

let house: House;
let token: string;
let flow: FlowDetail;

beforeAll(async () => {
  house = web.house;
  token = await connectAcme(house.millrace);
  const steps = [
    { id: "lead", app: "highlevel", operation: "contacts.upsert", connection: "acme", input: { email: "{{ trigger.email }}" } },
  ];
  flow = (await house.api<FlowDetail>("POST", "/flows", { name: "Leads", trigger: { app: "http", operation: "webhook" }, steps })).body;
  await post(flow.trigger.hookUrl!, JSON.stringify({ id: "1", email: "ada@example.com", name: "LOVELACE, ada" }));
});

const panel = () => web.page.getByRole("complementary", { name: "What is selected" });
const isSaved = () => web.page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
const draft = async () =>
  (await house.api<FlowDetail>("GET", `/flows/${flow.id}`)).body.definition.steps as unknown as Record<string, unknown>[];

const script = `const [last, first] = trigger.name.split(", ");
const small = (word) => word[0].toUpperCase() + word.slice(1).toLowerCase();
console.log("from", trigger.name);
return { first: small(first), last: small(last) };`;

/** A contact in HighLevel, once it is there. */
async function contactOf(email: string) {
  const search = new URLSearchParams({ locationId: sandboxDefaults.acmeDental, query: email });
  const find = async () => {
    const reply = await fetch(`${house.millrace.sandbox!.url}/contacts/?${search}`, {
      headers: { authorization: `Bearer ${token}`, version: "2021-07-28" },
    });
    return ((await reply.json()) as { contacts: { firstName: string }[] }).contacts;
  };
  return (await until(`${email} is in HighLevel`, find, (contacts) => contacts.length > 0))[0]!;
}

describe("C7: light scripts", () => {
  test("an operator finds the step by 'javascript', writes it with completion, and is shown a mistake at its line", async () => {
    const { page } = web;
    await open(`/flows/${flow.id}?at=trigger`);
    await page.getByRole("button", { name: "Add a step before step 1" }).click();
    await page.getByRole("combobox", { name: "Add a step" }).fill("javascript");
    await page.getByRole("option", { name: /^Code Run a script/ }).click();
    const code = panel().getByRole("textbox", { name: "Code" });
    await code.click();
    await page.keyboard.type("return trig");
    await page.getByRole("option", { name: /^trigger/ }).click();
    await page.keyboard.type(".na");
    await page.getByRole("option", { name: /^name/ }).click();
    await page.keyboard.type(" +");
    await panel().getByText("Line 1, column").first().waitFor();
    await code.press("Control+a");
    await code.press("Delete");
    await code.fill(script);
    await isSaved();
    expect((await draft())[0]).toMatchObject({ code: script });
  });

  test("tries it with the event that came, and sees what it returns and what it wrote", async () => {
    const { page } = web;
    await panel().getByRole("tab", { name: "Test" }).click();
    await panel().getByRole("button", { name: "Test step" }).first().click();
    await panel().getByLabel("What the script wrote").getByText("from LOVELACE, ada").waitFor();
    await panel().getByLabel("the result", { exact: true }).getByText("Lovelace").waitFor();
    await expectGood("c7-tried");
    await panel().getByRole("tab", { name: "Set up" }).click();
    await page.getByRole("button", { name: "Add a test from the sample" }).click();
    await panel().getByText("1 test passes").waitFor();
    await isSaved();
    expect((await draft())[0]).toMatchObject({ tests: [{ expect: { first: "Ada", last: "Lovelace" } }] });
    await expectGood("c7-code");
  });

  test("is told which test fails after a change, and that publishing would let it", async () => {
    const code = panel().getByRole("textbox", { name: "Code" });
    await code.press("Control+a");
    await code.press("Delete");
    await code.fill(script.replace("toLowerCase", "toUpperCase"));
    await panel().getByText("0 of 1 pass").waitFor();
    await isSaved();
    await expectGood("c7-failing");
    await code.press("Control+a");
    await code.press("Delete");
    await code.fill(script);
    await panel().getByText("1 test passes").waitFor();
    await isSaved();
  });

  test("uses what it returns in a field of HighLevel, publishes, and the next lead has its name", async () => {
    const { page } = web;
    const [first] = await draft();
    await page.getByRole("button", { name: /^2 / }).click();
    await panel().getByRole("tab", { name: "Fields" }).click();
    const field = panel().getByRole("textbox", { name: /^First name/ });
    await field.click();
    await page.keyboard.type("/first");
    await page.getByRole("option", { name: /first/i }).first().click();
    await until("the field is filled", draft, ([, lead]) => JSON.stringify(lead).includes(`{{ ${String(first!["id"])}.first }}`));
    await isSaved();
    await page.getByRole("button", { name: "Publish flow" }).click();
    await until(
      "the flow is on",
      async () => (await house.api<FlowDetail>("GET", `/flows/${flow.id}`)).body.version,
      (version) => version === 1,
    );
    await post(flow.trigger.hookUrl!, JSON.stringify({ id: "2", email: "grace@example.com", name: "HOPPER, grace" }));
    expect((await contactOf("grace@example.com")).firstName.toLowerCase()).toBe("grace");
    await web.toPhone();
    await expectFits("c7-phone");
  });
});
