import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { TemplateDetail, TemplateOffer } from "#api/schemas.ts";
import { builtInTemplates } from "#templates/built-in/index.ts";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-template-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const definition = builtInTemplates["tag-added-to-your-app"]!;
const { title, about, category, choices, keywords } = definition;
const template: TemplateDetail = {
  id: "tag-added-to-your-app",
  builtIn: true,
  title,
  about,
  category,
  keywords,
  choices,
  apps: ["highlevel", "http"],
  connections: [
    { name: "highlevel", app: "highlevel", scopes: ["contacts.readonly"] },
    { name: "your-app", app: "http", optional: true, scopes: [] },
  ],
  starts: "When a tag is added to a contact in HighLevel",
  does: [
    { depth: 0, text: "Only with an e-mail address" },
    { depth: 1, text: "Send it to your app", app: "http", writes: true },
  ],
  updatedAt: null,
  definition,
};
const answers = { "GET /templates": { templates: [template] }, "GET /templates/tag-added-to-your-app": template };

test("template list shows each with its category, and only those that are asked for", async () => {
  expect((await runCli(["template", "list"], { answers })).out).toMatch(/^tag-added-to-your-app +Tags and segments +Millrace +When a tag/m);
  expect((await runCli(["template", "list", "--category", "surveys"], { answers })).out).not.toContain("tag-added-to-your-app");
});

test("template show says what it does, which scopes it needs and what it asks", async () => {
  const { out } = await runCli(["template", "show", "tag-added-to-your-app"], { answers });
  expect(out).toContain("  When a tag is added to a contact in HighLevel\n  - Only with an e-mail address\n    - Send it to your app\n");
  expect(out).toContain("--connection highlevel=<connection of highlevel>; to read contacts (scopes contacts.readonly)\n");
  expect(out).toContain("--connection your-app=<connection of http> (may be left out)\n");
  expect(out).toContain("--set tag=<Tag>\n");
});

test("template install sends what is chosen, and publishes where it is asked to", async () => {
  const flow = { id: "flow_1", name: "Gold", sentence: "When it happens, then it is done." };
  const made = { "POST /templates/tag-added-to-your-app/install": flow, "POST /flows/flow_1/publish": flow };
  const command = ["template", "install", "tag-added-to-your-app", "--name", "Gold", "--connection", "highlevel=acme"];
  const { asked, out } = await runCli([...command, "--set", "tag=a=b", "--set", "address=https://example.com"], { answers: made });
  expect(asked.map(({ path }) => path)).toEqual(["/templates/tag-added-to-your-app/install"]);
  expect(asked[0]!.body).toEqual({
    name: "Gold",
    existing: "stop",
    connections: { highlevel: "acme" },
    choices: { tag: "a=b", address: "https://example.com" },
  });
  expect(out).toBe("Made, as a draft: Gold (flow_1)\nWhen it happens, then it is done.\n");
  const published = await runCli([...command, "--publish"], { answers: made });
  expect(published.asked.at(-1)).toMatchObject({ method: "POST", path: "/flows/flow_1/publish" });
  expect((await runCli(["template", "install", "x", "--set", "tag"], { answers: made })).err).toContain(
    "--set takes name=value, not 'tag'",
  );
});

const offer: TemplateOffer = { template: definition, suggested: ["address"] };
const saving = {
  "GET /flows": { flows: [{ id: "flow_1", name: "Gold" }] },
  "GET /flows/flow_1/template": offer,
  "POST /templates": template,
};
const savedBody = async (...more: string[]) =>
  (await runCli(["template", "save", "gold", ...more], { answers: saving })).asked.at(-1)!.body as typeof definition;

test("template save asks for what differs, or for what is named, and says what there is", async () => {
  const named = (body: typeof definition) => body.choices.map(({ name }) => name);
  expect(named(await savedBody())).toEqual(["address"]);
  expect(named(await savedBody("--fixed"))).toEqual([]);
  const body = await savedBody("--ask", "tag", "--title", "When gold, then more", "--about", "Gold.", "--category", "Mine");
  expect(named(body)).toEqual(["tag"]);
  expect(body).toMatchObject({ title: "When gold, then more", about: "Gold.", category: "Mine" });
  const unknown = await runCli(["template", "save", "gold", "--ask", "colour"], { answers: saving });
  expect([unknown.code, unknown.err]).toEqual([2, "'colour' is no value of this flow. There are: tag, address.\n"]);
});

test("what is exported can be imported, and a refusal is shown as it is", async () => {
  const file = join(folder, "tag.template.json");
  await runCli(["template", "export", "tag-added-to-your-app", "-o", file], { answers });
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(definition);
  const { asked, out } = await runCli(["template", "import", file], { answers: { "POST /templates": template } });
  expect(asked[0]!.body).toEqual(definition);
  expect(out).toMatch(/^Imported: tag-added-to-your-app/);
  writeFileSync(file, "{}");
  const refusal = errorAnswer("BAD_INPUT", "millraceTemplate: has to be 1.", 400);
  const refused = await runCli(["template", "import", file], { answers: { "POST /templates": refusal } });
  expect([refused.code, refused.err]).toEqual([1, "millraceTemplate: has to be 1.\n"]);
  const replaced = await runCli(["template", "import", file, "--replace", "tpl_1"], { answers: { "PUT /templates/tpl_1": template } });
  expect(replaced.asked[0]).toMatchObject({ method: "PUT", path: "/templates/tpl_1" });
});

test("template remove asks first", async () => {
  const own = { "GET /templates/tpl_1": template, "DELETE /templates/tpl_1": { ok: true } };
  const { questions, out } = await runCli(["template", "remove", "tpl_1"], { answers: own, keyboard: [true] });
  expect([questions, out]).toEqual([[`Delete the template '${title}'?`], "Removed: tpl_1\n"]);
});
