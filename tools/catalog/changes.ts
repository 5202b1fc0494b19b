import type { App, Operation } from "#catalog/types.ts";
import { eventAnchor } from "./behaviour.ts";
import { cell, code, json, lines, slug, table } from "./markdown.ts";

/** The page of an app's change triggers: what each is narrowed to, by what it is known, and what a flow gets. */
export function renderChanges(app: App, written: string, inputs: (o: Operation) => string[]): string {
  const changes = app.changes ?? [];
  const rows = changes.map(({ id, title, note = "" }) => `| [${title}](#${slug(id)}) | \`${id}\` | ${cell(note)} |`);
  return lines(
    "# Changes",
    "",
    `${changes.length} triggers that start a flow when a record of ${app.title} really changed in one way. ${written}`,
    "How they decide, and what they cannot know, is in [Flows](../flows.md#change-triggers). Values of the examples are made up.",
    "",
    table(["Title", "Key", "To know"], rows),
    "",
    ...changes.flatMap((change) => [entry(app, change, inputs), ""]),
  );
}

function entry(app: App, change: Operation, inputs: (o: Operation) => string[]): string {
  const { id, title, watch, note, example, scopes } = change;
  const list = app.operations.find((o) => o.id === watch!.list)!;
  const [payload] = Array.isArray(example?.output) ? example.output : [];
  const events = watch!.events.map((event) => `[\`${event}\`](events.md#${eventAnchor(event)})`);
  return lines(
    `<a id="${slug(id)}"></a>`,
    "",
    `## ${title}`,
    "",
    `\`${id}\` starts a flow when ${watch!.says}. Scope ${code(scopes)}.`,
    "",
    ...(note ? [note, ""] : []),
    ...inputs(change),
    `- Looked for with [${list.title}](${slug(list.category)}.md#${slug(list.id)})${watch!.each ? ", for each calendar where none is chosen" : ""}.`,
    `- Starts at once, without waiting for the next poll, where the app receives ${events.join(", ")}.`,
    "",
    "The flow gets the record, and what changed under `_change`:",
    "",
    ...json(payload ?? null),
  );
}
