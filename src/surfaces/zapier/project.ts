import type { App } from "#catalog/types.ts";
import type { CatalogChoice } from "../catalog-choice.ts";
import { zapierParts } from "./parts.ts";
import { runtimeFiles } from "./runtime.ts";
import { readmeOf } from "./readme.ts";
import type { ZapierAction, ZapierChoices, ZapierParts } from "./shapes.ts";

/** The release of the platform that a project is written for. */
export const platformVersion = "19.1.0";

/**
 * A project for the platform's command line, as files by their path: a private app with the triggers, searches and creates of a choice of
 * apps. It contains no address, no login and no id of this Millrace.
 */
export function zapierProject(apps: readonly App[], choice: CatalogChoice = {}): Record<string, string> {
  const parts = zapierParts(apps, choice);
  return {
    "package.json": jsonFile(packageOf()),
    "index.js": indexOf(parts),
    "README.md": readmeOf(parts),
    ".gitignore": "node_modules\nbuild\n.env\n",
    ...runtimeFiles,
    ...filesOf("triggers", [...parts.triggers, ...parts.choices]),
    ...filesOf("searches", parts.searches),
    ...filesOf("creates", parts.creates),
  };
}

const packageOf = () => ({
  name: "millrace-zapier",
  version: "1.0.0",
  description: "The operations of a Millrace, as a private Zapier app.",
  private: true,
  main: "index.js",
  engines: { node: ">=20" },
  dependencies: { "zapier-platform-core": platformVersion },
});

const jsonFile = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const filesOf = (folder: string, all: readonly (ZapierAction | ZapierChoices)[]): Record<string, string> =>
  Object.fromEntries(all.map((one) => [`${folder}/${one.key}.json`, jsonFile(one)]));

/** JSON files are read as data, so that no text of a catalog is ever code. */
function indexOf({ triggers, searches, creates, choices, searchOrCreates }: ZapierParts): string {
  const list = (folder: string, all: readonly { key: string }[]) =>
    `[${all.map(({ key }) => `\n    require("./${folder}/${key}.json"),`).join("")}${all.length > 0 ? "\n  " : ""}]`;
  const pairs = jsonFile(Object.fromEntries(searchOrCreates.map((pair) => [pair.key, pair]))).trim();
  const of = (kind: ZapierAction["kind"]) => triggers.filter((trigger) => trigger.kind === kind);
  return `"use strict";

const { search, create, poll, hook, connections, choices } = require("./lib/actions.js");

const byKey = (make, all) => Object.fromEntries(all.map((one) => [one.key, make(one)]));

module.exports = {
  version: require("./package.json").version,
  platformVersion: require("zapier-platform-core").version,
  flags: { cleanInputData: false },
  authentication: require("./authentication.js"),
  triggers: {
    ...byKey(hook, ${list("triggers", of("hook"))}),
    ...byKey(poll, ${list("triggers", of("poll"))}),
    ...byKey(connections, ${list("triggers", choices.filter(isConnections))}),
    ...byKey(choices, ${list(
      "triggers",
      choices.filter((one) => !isConnections(one)),
    )}),
  },
  searches: byKey(search, ${list("searches", searches)}),
  creates: byKey(create, ${list("creates", creates)}),
  searchOrCreates: ${pairs.replaceAll("\n", "\n  ")},
};
`;
}

/** The logins of an app are listed by Millrace itself, not by an operation. */
const isConnections = ({ operation }: ZapierChoices): boolean => operation === "";
