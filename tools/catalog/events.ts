import type { App, Reconcile, WebhookTrigger } from "#catalog/types.ts";
import { eventAnchor, type Places } from "./behaviour.ts";
import { cell, code, json, lines, slug, table } from "./markdown.ts";

/** The page of an app's events: a table for each heading, and each event with what it carries and how it is found again. */
export function renderEvents(app: App, written: string, places: Places): string {
  const headings = [...new Set(app.triggers.map(({ category }) => category))];
  const parts = headings.map((heading) => {
    const events = app.triggers.filter(({ category }) => category === heading);
    return lines(
      `## ${heading ?? app.title}`,
      "",
      table(["Title", "Key", "Scopes", "To know"], events.map(row)),
      "",
      ...events.flatMap((event) => [entry(app, event, places), ""]),
    );
  });
  return lines(
    "# Events",
    "",
    `${app.triggers.length} events that ${app.title} posts to a marketplace app, each a trigger of flows. ${written}`,
    "How they come in, and what is refused, is in [Webhooks](../webhooks.md).",
    "",
    "What was not delivered can be found again where a read tells it: a flow with `reconcile` polls that read, and takes from it only what",
    "no event has told. Values of the examples are made up.",
    "",
    ...parts,
  );
}

const known = (scopes: readonly string[]): string => (scopes.length > 0 ? code(scopes) : "none");

function row({ id, title, scopes = [], agency, note, unverified }: WebhookTrigger): string {
  const remarks = [note, agency && !unverified ? "Of the agency." : undefined].filter((remark) => remark !== undefined);
  return `| [${title}](#${eventAnchor(id)}) | \`${id}\` | ${known(scopes)} | ${cell(remarks.join(" "))} |`;
}

function entry(app: App, event: WebhookTrigger, places: Places): string {
  const { id, title, record, at, person = [], accepts, unverified, example } = event;
  return lines(
    `<a id="${eventAnchor(id)}"></a>`,
    "",
    `### ${title}`,
    "",
    ...[
      `\`${id}\`${unverified ? " is known by name; what it carries is not documented." : toldBy(accepts)}`,
      ...(record ? [`Its record is \`${record}\`${at ? `, its time \`${at}\`` : ""}.`] : []),
      ...(person.length > 0 ? [`A run is found by ${code(person)}.`] : []),
      foundAgain(app, event.reconcile, places),
    ].map((line) => `- ${line}`),
    "",
    ...json(example),
  );
}

function toldBy(accepts: WebhookTrigger["accepts"] = {}): string {
  const told = Object.entries(accepts).map(([path, values]) => `\`${path}\` is ${code(values)}`);
  return told.length > 0 ? ` is told by this: ${told.join(", ")}.` : " comes to an address of its own: its payload names no type.";
}

const emitted = { new: "a row that is new", changed: "a row that changed", deleted: "a row that vanished" } as const;

function foundAgain(app: App, reconcile: Reconcile | undefined, places: Places): string {
  if (!reconcile) return "What was not delivered cannot be found again: no read tells it.";
  const { operation, emit, only, where = {}, needs = [] } = reconcile;
  const known = app.operations.find((o) => o.id === operation);
  const read = known ? `[${places.titles.get(operation)!}](${slug(known.category)}.md#${slug(operation)})` : `\`${operation}\``;
  const which = Object.entries(where).map(([path, values]) => `whose \`${path}\` is ${code(values)}`);
  const asks = needs.map((need) =>
    need
      .split("|")
      .map((name) => `\`${name}\``)
      .join(" or "),
  );
  return [
    `Found again with ${read}: ${[emitted[emit], ...which].join(" ")}${only ? `, by ${code(only)}` : ""}.`,
    ...(asks.length > 0 ? [`The flow gives ${asks.join(" and ")}.`] : []),
  ].join(" ");
}
