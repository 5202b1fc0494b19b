import type { Command } from "commander";
import type { VersionName } from "#api/schemas.ts";
import { withExamples, withJson } from "../help.ts";
import { usage } from "../input.ts";
import { clean } from "../text.ts";
import type { Tools } from "../tools.ts";
import { savedLines } from "../views/flows.ts";
import { changeLines, versionTable } from "../views/versions.ts";
import { findFlow, ofOneFlow, type Json } from "./flow-argument.ts";

/** Versions of a flow: listed, compared, restored. */
export function addVersionCommands(flow: Command, tools: Tools): void {
  addVersions(flow, tools);
  addDiff(flow, tools);
  addRestore(flow, tools);
}

function addVersions(flow: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOneFlow(flow.command("versions").description("The published versions, each with its date, author and note")),
  ).action(async (wanted: string, { json }: Json) => {
    const { versions } = await api().flows.versions({ id: (await findFlow(api(), wanted)).id });
    show(versions, json, (paper) => versionTable(versions, paper));
  });
  withExamples(command, `millrace flow versions "Survey answers"`);
}

function addDiff(flow: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOneFlow(
      flow.command("diff").description("What differs between two versions, in words; the published one and the draft without others"),
    )
      .option("--from <version>", "a number, published or draft", "published")
      .option("--to <version>", "a number, published or draft", "draft"),
  ).action(async (wanted: string, { from, to, json }: Json & { from: string; to: string }) => {
    const query = { from: versionOf(from), to: versionOf(to) };
    const { changes } = await api().flows.compare({ id: (await findFlow(api(), wanted)).id, query });
    show(changes, json, () => changeLines(changes));
  });
  withExamples(command, `millrace flow diff "Survey answers"`, `millrace flow diff "Survey answers" --from 2 --to 5`);
}

function addRestore(flow: Command, { api, show, confirm }: Tools): void {
  const command = withJson(
    ofOneFlow(flow.command("restore").description("Replace the draft with a published version; nothing is published by it"))
      .argument("<version>", "its number")
      .option("-y, --yes", "do not ask"),
  ).action(async (wanted: string, version: string, { yes, json }: Json & { yes?: boolean }) => {
    const number = numberOf(version);
    const { id, name, changed } = await findFlow(api(), wanted);
    if (changed) await confirm(`Replace the draft of '${clean(name)}', which has changes that are not published?`, yes);
    const restored = await api().flows.restore({ id, body: { version: number } });
    show(restored, json, (paper) => savedLines(`Restored version ${number} as the draft`, restored, paper));
  });
  withExamples(command, `millrace flow restore "Survey answers" 3`);
}

function versionOf(text: string): VersionName {
  return text === "draft" || text === "published" ? text : numberOf(text);
}

function numberOf(text: string): number {
  if (/^v?[1-9]\d{0,8}$/.test(text)) return Number(text.replace("v", ""));
  throw usage(`'${clean(text)}' is no version: give its number`);
}
