import { writeFileSync } from "node:fs";
import { Option, type Command } from "commander";
import type { Client } from "#api/client.ts";
import type { MappingDetail, MappingTemplate, PartFile, PartImportBody, Rule, RuleDetail } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import { withExamples, withJson } from "../help.ts";
import { readObjectFile, usage } from "../input.ts";
import { clean, json as written } from "../text.ts";
import type { Tools } from "../tools.ts";
import { importLines, mappingTable, partPage, ruleTable, triedTable, versionTable } from "../views/parts.ts";

interface Json {
  json?: boolean;
}

/** What rules and mapping templates have in common on the command line. */
interface Kind {
  /** The command: `rule`. */
  command: "rule" | "mapping";
  noun: "rules" | "mappings";
  /** What people call one. */
  word: string;
  about: string;
  /** A name for examples. */
  example: string;
  counts: string;
}

const rule: Kind = {
  command: "rule",
  noun: "rules",
  word: "rule",
  about: "Rules that flows share: look-up tables, conditions, formats, and segments of people",
  example: "score-tag",
  counts: "It counts at once in every flow that uses it",
};
const mapping: Kind = {
  command: "mapping",
  noun: "mappings",
  word: "mapping template",
  about: "Mapping templates that flows share: values for the fields of an operation",
  example: "survey-contact",
  counts: "Steps that were filled from it keep what they have",
};

export function addRuleCommands(program: Command, tools: Tools): void {
  const group = program.command(rule.command).description(rule.about);
  addRuleList(group, tools);
  addCommon(group, tools, rule);
  addTry(group, tools);
}

export function addMappingCommands(program: Command, tools: Tools): void {
  const group = program.command(mapping.command).description(mapping.about);
  addMappingList(group, tools);
  addCommon(group, tools, mapping);
}

function addCommon(group: Command, tools: Tools, kind: Kind): void {
  addGet(group, tools, kind);
  addPut(group, tools, kind);
  addVersions(group, tools, kind);
  addRestore(group, tools, kind);
  addExport(group, tools, kind);
  addImport(group, tools, kind);
  addRemove(group, tools, kind);
}

const get = (api: Client, { noun }: Kind, name: string): Promise<RuleDetail | MappingDetail> => api[noun].get({ name });

function addRuleList(group: Command, { api, show }: Tools): void {
  const command = withJson(group.command("list").description("All rules, with how many flows use each")).action(async ({ json }: Json) => {
    const { rules } = await api().rules.list();
    show(rules, json, (paper) => ruleTable(rules, paper));
  });
  withExamples(command, "millrace rule list");
}

function addMappingList(group: Command, { api, show }: Tools): void {
  const command = withJson(group.command("list").description("All mapping templates")).action(async ({ json }: Json) => {
    const { mappings } = await api().mappings.list();
    show(mappings, json, (paper) => mappingTable(mappings, paper));
  });
  withExamples(command, "millrace mapping list");
}

function addGet(group: Command, { api, show, terminal }: Tools, kind: Kind): void {
  const command = withJson(
    group
      .command("get")
      .description(`One ${kind.word}, and the flows that use it`)
      .argument("<name>", "its name")
      .option("--definition", "print only the definition, ready to be changed and put again"),
  ).action(async (name: string, { json, definition = false }: Json & { definition?: boolean }) => {
    const part = await get(api(), kind, name);
    if (definition) return terminal.out(written(part.definition));
    show(part, json, (paper) => partPage(part, paper));
  });
  withExamples(
    command,
    `millrace ${kind.command} get ${kind.example}`,
    `millrace ${kind.command} get ${kind.example} --definition > ${kind.example}.json`,
  );
}

function addPut(group: Command, { api, show, terminal }: Tools, kind: Kind): void {
  const command = withJson(
    group
      .command("put")
      .description(`Save a ${kind.word} as a new version. ${kind.counts}`)
      .argument("<name>", "its name: small letters, digits and dashes")
      .argument("<file>", "the definition, a JSON file; - for standard input"),
  ).action(async (name: string, file: string, { json }: Json) => {
    const put = await putDefinition(api(), kind, name, await readObjectFile(file, terminal));
    show(put, json, () => clean(`Saved: ${put.name} (${put.title}), version ${put.version}`));
  });
  withExamples(command, `millrace ${kind.command} put ${kind.example} ${kind.example}.json`);
}

/** The server checks the definition. */
const putDefinition = (api: Client, { noun }: Kind, name: string, body: unknown): Promise<RuleDetail | MappingDetail> =>
  noun === "rules" ? api.rules.put({ name, body: body as Rule }) : api.mappings.put({ name, body: body as MappingTemplate });

function addVersions(group: Command, { api, show }: Tools, kind: Kind): void {
  const command = withJson(
    group.command("versions").description(`What a ${kind.word} was before, the newest first`).argument("<name>", "its name"),
  ).action(async (name: string, { json }: Json) => {
    const { versions } = await api()[kind.noun].versions({ name });
    show(versions, json, (paper) => versionTable(versions, paper));
  });
  withExamples(command, `millrace ${kind.command} versions ${kind.example}`);
}

function addRestore(group: Command, { api, show }: Tools, kind: Kind): void {
  const command = withJson(
    group
      .command("restore")
      .description(`Save an earlier version of a ${kind.word} as the newest. ${kind.counts}`)
      .argument("<name>", "its name")
      .argument("<version>", "its number"),
  ).action(async (name: string, version: string, { json }: Json) => {
    const { versions } = await api()[kind.noun].versions({ name });
    const earlier = versions.find((each) => String(each.version) === version);
    if (!earlier) throw usage(`'${name}' has no version ${version}; there are ${versions.map((each) => each.version).join(", ")}`);
    const put = await putDefinition(api(), kind, name, earlier.definition);
    show(put, json, () => clean(restored(earlier.version, put, versions[0]!.version)));
  });
  withExamples(command, `millrace ${kind.command} restore ${kind.example} 3`);
}

/** The result of restoring an earlier version of a part; nothing where the newest version is the same. */
function restored(version: number, put: { name: string; version: number }, newest: number): string {
  if (put.version !== newest) return `Restored: version ${version} of ${put.name} is now version ${put.version}`;
  const isNewest = version === newest ? "is the newest already" : `is the same as version ${newest}, the newest`;
  return `Nothing to restore: version ${version} of ${put.name} ${isNewest}`;
}

function addExport(group: Command, { api, terminal }: Tools, kind: Kind): void {
  const command = group
    .command("export")
    .description(
      `${kind.word === "rule" ? "Rules" : "Mapping templates, with the rules that they use,"} as one file, to keep in git or to import elsewhere`,
    )
    .argument("[names...]", "their names; all without them")
    .option("-o, --out <file>", "write it to this file")
    .action(async (names: string[], { out }: { out?: string }) => {
      const chosen = names.length > 0 ? names : await allNames(api(), kind);
      const file: PartFile = chosen.length === 0 ? {} : await api().parts.export({ query: { [kind.noun]: chosen.join(",") } });
      if (out === undefined) return terminal.out(written(file));
      writeFileSync(out, `${written(file)}\n`);
      terminal.err(`${chosen.length === 1 ? chosen[0] : `${chosen.length} ${kind.word}s`} in ${out}`);
    });
  withExamples(command, `millrace ${kind.command} export ${kind.example} --out ${kind.example}.json`);
}

const allNames = async (api: Client, { noun }: Kind): Promise<string[]> => {
  const parts = noun === "rules" ? (await api.rules.list()).rules : (await api.mappings.list()).mappings;
  return parts.map(({ name }) => name);
};

function addImport(group: Command, { api, show, terminal }: Tools, kind: Kind): void {
  const command = withJson(
    group
      .command("import")
      .description("Import an exported file. Stops if there is a different one of the same name, unless --existing says what to do")
      .argument("<file>", "a JSON file; - for standard input")
      .addOption(existingOption()),
  ).action(async (file: string, { json, existing }: Json & { existing: PartImportBody["existing"] }) => {
    const { rules, mappings } = await readObjectFile(file, terminal);
    const { parts } = await api().parts.import({ body: { rules, mappings, existing } as PartImportBody });
    show(parts, json, () => importLines(parts));
  });
  withExamples(command, `millrace ${kind.command} import ${kind.example}.json`);
}

/** What an import does where another part of the name is there. */
export const existingOption = (): Option =>
  new Option("--existing <what>", "where another one of the name is there: stop, keep it, or replace it")
    .choices(["stop", "keep", "replace"])
    .default("stop");

function addTry(group: Command, { api, show }: Tools): void {
  const command = withJson(
    group
      .command("try")
      .description("Try a rule on some values, or a segment on some records")
      .argument("<name>", "its name")
      .argument("<values...>", "the values; of a segment, JSON"),
  ).action(async (name: string, values: string[], { json }: Json) => {
    const { definition } = await api().rules.get({ name });
    const { results } = await api().rules.try({
      body: { rule: definition, values: definition.kind === "segment" ? values.map(recordIn) : values },
    });
    show(results, json, (paper) => triedTable(values, results, paper));
  });
  withExamples(command, "millrace rule try score-tag 9 7 3", `millrace rule try unhappy-promoters '{"tags": ["promoter"], "score": 4}'`);
}

/** A record that a segment is tried with. */
function recordIn(text: string): Record<string, never> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value as Record<string, never>;
  } catch {
    // It is no JSON, which is said below.
  }
  throw usage(`a segment is tried with a record as JSON, like '{"tags": ["vip"]}', not '${clean(text)}'`);
}

function addRemove(group: Command, { api, show, confirm }: Tools, kind: Kind): void {
  const command = withJson(
    group
      .command("remove")
      .description(`Remove a ${kind.word}${kind.noun === "rules" ? "; refused while a flow uses it" : ""}`)
      .argument("<name>", "its name")
      .option("-y, --yes", "do not ask"),
  ).action(async (name: string, { yes, json }: Json & { yes?: boolean }) => {
    const { title } = await get(api(), kind, name);
    await confirm(`Remove the ${kind.word} '${clean(title)}' and its versions?`, yes);
    await api()[kind.noun].remove({ name });
    show({ removed: name }, json, () => `Removed: ${clean(name)}`);
  });
  withExamples(command, `millrace ${kind.command} remove ${kind.example}`);
}
