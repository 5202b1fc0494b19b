import type { Command } from "commander";
import type { InboxView } from "#api/schemas.ts";
import type { Client } from "#api/client.ts";
import { withExamples, withJson } from "../help.ts";
import { readLineArgument } from "../input.ts";
import { pick } from "../pick.ts";
import type { Tools } from "../tools.ts";
import { inboxLine, inboxPage, inboxTable } from "../views/inboxes.ts";

interface Json {
  json?: boolean;
}

/** The addresses of marketplace apps. */
export function addInboxCommands(program: Command, tools: Tools): void {
  const inbox = program.command("inbox").description("Inboxes: the one address at which a marketplace app posts its events");
  addList(inbox, tools);
  addAdd(inbox, tools);
  addShow(inbox, tools);
  addRotate(inbox, tools);
  addRemove(inbox, tools);
}

const find = async (api: Client, wanted: string): Promise<InboxView> => pick((await api.inboxes.list()).inboxes, wanted, "inbox");
const ofOne = (command: Command): Command => command.argument("<inbox>", "its name or id");

function addList(inbox: Command, { api, show }: Tools): void {
  const command = withJson(inbox.command("list").description("All inboxes")).action(async ({ json }: Json) => {
    const { inboxes } = await api().inboxes.list();
    show(inboxes, json, (paper) => inboxTable(inboxes, paper));
  });
  withExamples(command, "millrace inbox list");
}

interface AddOptions extends Json {
  title?: string;
  app?: string;
  registration?: string;
  publicKey?: string;
  legacy?: boolean;
  legacyKey?: string;
  start?: string[];
}

function addAdd(inbox: Command, { api, show }: Tools): void {
  const command = withJson(
    inbox
      .command("add")
      .description("Create an inbox for a marketplace app")
      .argument("<name>", "how flows will call it: small letters, digits and dashes")
      .option("--title <text>", "how people will call it")
      .option("--app <id>", "the app whose events come there; the one with inboxes by default")
      .option("--registration <id>", "the marketplace app's client id; events of any other are refused")
      .option("--public-key <key>", "a signing key in place of the app's own: base64, or @file")
      .option("--start <flow...>", "for a second inbox: flows that name no inbox and are to start from this one as well")
      .option("--legacy", "also accept the old signature when the new one is missing")
      .option("--legacy-key <key>", "the key of the old signature, where it is not the app's own: base64, or @file"),
  ).action(async (name: string, { json, publicKey, legacyKey, start = [], ...options }: AddOptions) => {
    const allFlows = start.length > 0 ? (await api().flows.list()).flows : [];
    const flows = start.map((wanted) => pick(allFlows, wanted, "flow").id);
    const keys = {
      ...(publicKey !== undefined && { publicKey: readLineArgument(publicKey) }),
      ...(legacyKey !== undefined && { legacyKey: readLineArgument(legacyKey) }),
    };
    const added = await api().inboxes.add({ body: { ...options, name, ...keys, ...(flows.length > 0 && { flows }) } });
    show(added, json, () => inboxLine("Made", added));
  });
  withExamples(command, "millrace inbox add acme-app --registration 6578278e879ad2646715ba9c-lq3abcde");
}

function addShow(inbox: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOne(inbox.command("show").description("One inbox: its address, the events to tick there, which flows wait, what came")),
  ).action(async (wanted: string, { json }: Json) => {
    const inbox = await find(api(), wanted);
    show(inbox, json, (paper) => inboxPage(inbox, paper));
  });
  withExamples(command, "millrace inbox show acme-app");
}

function addRotate(inbox: Command, { api, show, confirm }: Tools): void {
  const command = withJson(
    ofOne(inbox.command("rotate").description("Give it a new address; the old one stops working")).option("-y, --yes", "do not ask"),
  ).action(async (wanted: string, { yes, json }: Json & { yes?: boolean }) => {
    const { id, name } = await find(api(), wanted);
    await confirm(`Change the address of '${name}'? Events that are posted to the old one are refused from then on.`, yes);
    const rotated = await api().inboxes.rotate({ id });
    show(rotated, json, () => inboxLine("Changed the address of", rotated));
  });
  withExamples(command, "millrace inbox rotate acme-app");
}

function addRemove(inbox: Command, { api, show, confirm }: Tools): void {
  const command = withJson(
    ofOne(inbox.command("remove").description("Remove an inbox; its address stops working")).option("-y, --yes", "do not ask"),
  ).action(async (wanted: string, { yes, json }: Json & { yes?: boolean }) => {
    const { id, name, events } = await find(api(), wanted);
    const waiting = new Set(events.flatMap(({ flows }) => flows.map((flow) => flow.id))).size;
    const loss = waiting === 0 ? "" : ` ${waiting === 1 ? "One flow waits" : `${waiting} flows wait`} for its events.`;
    await confirm(`Remove the inbox '${name}'?${loss}`, yes);
    await api().inboxes.remove({ id });
    show({ removed: id }, json, () => `Removed: ${name}`);
  });
  withExamples(command, "millrace inbox remove acme-app");
}
