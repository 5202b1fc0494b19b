/** Pure: apps as people read them. */
import type { AppView } from "#api/schemas.ts";
import { facts, table } from "../table.ts";
import { clean, type Paper } from "../text.ts";

export const appTable = (apps: readonly AppView[], paper: Paper): string =>
  table(
    apps,
    [
      { title: "app", value: (app) => app.id },
      { title: "operations", value: (app) => String(app.operations) },
      { title: "triggers", value: (app) => String(app.triggers) },
      { title: "login", value: (app) => loginsOf(app) },
      { title: "from", value: (app) => originOf(app) },
      { title: "title", value: (app) => app.title },
    ],
    paper,
  );

export function appPage(app: AppView, paper: Paper): string {
  const logins = app.logins.map(({ kind, title, fields }) => {
    const asked = fields.map(({ name, label }) => `${name} (${label})`).join(", ");
    return `  ${clean(kind)}: ${clean(title)}${asked === "" ? "" : `; asks for ${clean(asked)}`}`;
  });
  const lines = facts(
    [
      ["App", `${app.title} (${app.id})`],
      ["From", originOf(app)],
      ["Address", app.baseUrl],
      ["Operations", String(app.operations)],
      ["Triggers", String(app.triggers)],
    ],
    paper,
  );
  return [lines, "Logins:", ...logins].join("\n");
}

export const appLine = (did: string, { id, title, revision }: AppView): string =>
  clean(`${did}: ${id} (${title})${revision === null ? "" : `, version ${revision}`}`);

const loginsOf = ({ logins }: AppView): string => logins.map(({ kind }) => kind).join(", ");
const originOf = ({ builtIn, revision }: AppView): string => (builtIn ? "Millrace" : `this workspace, version ${revision ?? 0}`);
