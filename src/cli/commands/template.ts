import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import type { Client } from "#api/client.ts";
import type { FlowTemplate, InstallBody, PartImportBody, TemplateOffer } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { withExamples, withJson } from "../help.ts";
import { readObjectFile, usage } from "../input.ts";
import { pick } from "../pick.ts";
import { json as written } from "../text.ts";
import type { Tools } from "../tools.ts";
import { existingOption } from "./parts.ts";
import { installedLine, templateLine, templatePage, templateTable } from "../views/templates.ts";

interface Json {
  json?: boolean;
}

/** Flow templates: those that come with Millrace, and the workspace's own. */
export function addTemplateCommands(program: Command, tools: Tools): void {
  const template = program.command("template").description("Flow templates: find, install, save, exchange");
  addList(template, tools);
  addShow(template, tools);
  addInstall(template, tools);
  addSave(template, tools);
  addExport(template, tools);
  addImport(template, tools);
  addRemove(template, tools);
}

const ofOne = (command: Command): Command => command.argument("<template>", "its id");
const collected = (value: string, before: readonly string[]): string[] => [...before, value];

/** `name=value` pairs as they are typed. */
function pairs(texts: readonly string[], option: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw usage(`${option} takes name=value, not '${pair}'`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function addList(template: Command, { api, show }: Tools): void {
  const command = withJson(
    template.command("list").description("All templates").option("--category <category>", "only those of this category"),
  ).action(async ({ json, category }: Json & { category?: string }) => {
    const { templates } = await api().templates.list();
    const shown = templates.filter((each) => category === undefined || each.category.toLowerCase().startsWith(category.toLowerCase()));
    show(shown, json, (paper) => templateTable(shown, paper));
  });
  withExamples(command, "millrace template list", "millrace template list --category surveys");
}

function addShow(template: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOne(template.command("show").description("One template: what it does, what it needs and what it asks")),
  ).action(async (id: string, { json }: Json) => {
    const template = await api().templates.get({ id });
    show(template, json, (paper) => templatePage(template, paper));
  });
  withExamples(command, "millrace template show tag-added-to-your-app");
}

interface InstallOptions extends Json {
  name?: string;
  connection: string[];
  set: string[];
  existing: PartImportBody["existing"];
  publish?: boolean;
}

function addInstall(template: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOne(template.command("install").description("Make a flow from a template; connections that are not named are chosen by their app"))
      .option("--name <name>", "what the flow is called")
      .option("--connection <name=connection>", "which connection to use; may be repeated", collected, [])
      .option("--set <name=value>", "a choice of the template; may be repeated", collected, [])
      .addOption(existingOption())
      .option("--publish", "publish it as well; refused where its runs would fail"),
  ).action(async (id: string, { name, connection, set, existing, publish, json }: InstallOptions) => {
    const body: InstallBody = {
      connections: pairs(connection, "--connection"),
      choices: pairs(set, "--set"),
      existing,
      ...defined({ name }),
    };
    const made = await api().templates.install({ id, body });
    const flow = publish ? await api().flows.publish({ id: made.id, body: {} }) : made;
    show(flow, json, () => installedLine(publish ? "Made and published" : "Made, as a draft", flow));
  });
  withExamples(
    command,
    "millrace template install tag-added-to-your-app --connection highlevel=acme --set tag=gold --set address=https://example.com/in --publish",
  );
}

interface SaveOptions extends Json {
  title?: string;
  about?: string;
  category?: string;
  ask: string[];
  fixed?: boolean;
}

function addSave(template: Command, { api, show }: Tools): void {
  const command = withJson(
    template
      .command("save")
      .description("Save a flow as a template of the workspace. Without --ask it asks for what differs from account to account")
      .argument("<flow>", "its name (or how it begins) or id")
      .option("--title <title>", "When ..., then ...")
      .option("--about <text>", "what it is for")
      .option("--category <category>", "under which heading it is shown")
      .option("--ask <choice>", "a value to ask for at the set-up; may be repeated", collected, [])
      .option("--fixed", "ask for nothing but connections"),
  ).action(async (wanted: string, options: SaveOptions) => {
    const flow = pick((await api().flows.list()).flows, wanted, "flow");
    const saved = await api().templates.create({ body: asked(await api().templates.offer({ id: flow.id }), options) });
    show(saved, options.json, () => templateLine("Saved", saved));
  });
  withExamples(
    command,
    `millrace template save "Survey answers" --title "When an answer comes in, then call the unhappy" --ask task-title`,
  );
}

/** The offered template with the choices that were named. */
function asked({ template, suggested }: TemplateOffer, { title, about, category, ask, fixed = false }: SaveOptions): FlowTemplate {
  const names = template.choices.map(({ name }) => name);
  const unknown = ask.find((name) => !names.includes(name));
  if (unknown !== undefined) throw usage(`'${unknown}' is no value of this flow. There are: ${names.join(", ")}`);
  const wanted = new Set(ask.length > 0 ? ask : fixed ? [] : suggested);
  return {
    ...template,
    ...(title !== undefined && { title }),
    ...(about !== undefined && { about }),
    ...(category !== undefined && { category }),
    choices: template.choices.filter(({ name }) => wanted.has(name)),
  };
}

function addExport(template: Command, { api, terminal }: Tools): void {
  const command = ofOne(template.command("export").description("Print a template as a file that another Millrace can import"))
    .option("-o, --output <file>", "write it to this file")
    .action(async (id: string, { output }: { output?: string }) => {
      const { definition } = await api().templates.get({ id });
      if (output === undefined) return terminal.out(written(definition));
      writeFileSync(output, `${written(definition)}\n`);
      terminal.out(`Written: ${output}`);
    });
  withExamples(command, "millrace template export tag-added-to-your-app -o tag.template.json");
}

function addImport(template: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    template
      .command("import")
      .description("Add a template from a file to the workspace")
      .argument("<file>", "a JSON file; - for standard input")
      .option("--replace <template>", "replace this template of the workspace"),
  ).action(async (file: string, { replace, json }: Json & { replace?: string }) => {
    const body = (await readObjectFile(file, terminal)) as unknown as FlowTemplate; // the server checks it
    const put = await imported(api(), body, replace);
    show(put, json, () => templateLine(replace === undefined ? "Imported" : "Replaced", put));
  });
  withExamples(command, "millrace template import tag.template.json");
}

const imported = (api: Client, body: FlowTemplate, replace: string | undefined) =>
  replace === undefined ? api.templates.create({ body }) : api.templates.save({ id: replace, body });

function addRemove(template: Command, { api, show, confirm }: Tools): void {
  const command = withJson(
    ofOne(template.command("remove").description("Delete a template of the workspace; flows made from it stay")).option(
      "-y, --yes",
      "do not ask",
    ),
  ).action(async (id: string, { yes, json }: Json & { yes?: boolean }) => {
    const { title } = await api().templates.get({ id });
    await confirm(`Delete the template '${title}'?`, yes);
    await api().templates.remove({ id });
    show({ removed: id }, json, () => `Removed: ${id}`);
  });
  withExamples(command, "millrace template remove tpl_01k9");
}
