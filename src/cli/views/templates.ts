/** Pure: templates as people read them. */
import { permissionWords } from "#surfaces/permission-words.ts";
import type { FlowDetail, TemplateView } from "#api/schemas.ts";
import { facts, table } from "../table.ts";
import { clean, type Paper } from "../text.ts";

export const templateTable = (templates: readonly TemplateView[], paper: Paper): string =>
  table(
    templates,
    [
      { title: "template", value: ({ id }) => id },
      { title: "category", value: ({ category }) => category },
      { title: "from", value: (template) => originOf(template) },
      { title: "title", value: ({ title }) => title },
    ],
    paper,
  );

/** What a template is for, what it asks, and what its flow will do. */
export function templatePage(template: TemplateView, paper: Paper): string {
  const { id, title, about, category, starts, does, connections, choices } = template;
  const head = facts(
    [
      ["Template", id],
      ["Title", title],
      ["For", about],
      ["Category", category],
      ["From", originOf(template)],
    ],
    paper,
  );
  const logins = connections.map(({ name, app, optional, scopes }) => {
    const needs = scopes.length === 0 ? "" : `; to ${permissionWords(scopes)} (scopes ${scopes.join(", ")})`;
    return `  --connection ${name}=<connection of ${app}>${optional ? " (may be left out)" : ""}${needs}`;
  });
  const asked = choices.map(({ name, label, required, help }) => {
    return `  --set ${name}=<${label}>${required ? "" : " (may be left out)"}${help === undefined ? "" : `; ${help}`}`;
  });
  const lines = [`  ${starts}`, ...does.map(({ depth, text }) => `  ${"  ".repeat(depth)}- ${text}`)];
  return [head, ...listed("What it does", lines), ...listed("Connections", logins), ...listed("Choices", asked)].map(clean).join("\n");
}

const listed = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [`${title}:`, ...lines]);

export const templateLine = (did: string, { id, title }: TemplateView): string => clean(`${did}: ${id} (${title})`);

export const installedLine = (did: string, { id, name, sentence }: FlowDetail): string =>
  `${clean(`${did}: ${name} (${id})`)}\n${clean(sentence)}`;

const originOf = ({ builtIn }: TemplateView): string => (builtIn ? "Millrace" : "this workspace");
