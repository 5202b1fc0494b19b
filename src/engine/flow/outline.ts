import { oneLine } from "#kernel/one-line.ts";
import { capital } from "#kernel/words.ts";
import type { FlowDefinition } from "../types/flows.ts";
import { differences, longestValue, ownOf, StepIndex, type FlowChange } from "./compare.ts";
import { placesInWords } from "./place-words.ts";
import { startSentence, type Titles } from "./sentence.ts";

/** Pure: all that a flow says, for somebody who decides whether it may. Nothing is shortened. */

/** The flow's settings, its trigger or a step, with everything that it says. */
export interface FlowPart {
  /** "" is the flow itself; `trigger`; `steps[1].then[0]`. */
  at: string;
  /** The id of the step; null: it is none. */
  step: string | null;
  /** "Step 2.1 'Create contact'", on one line and without marks that turn or hide text. */
  title: string;
  /** The title of the app it uses, what it does there, and the name of the connection. */
  app: string | null;
  operation: string | null;
  connection: string | null;
  /** What else it says, field by field, as it is written. */
  fields: { at: string; label: string; value: unknown }[];
}

/** Every part of a flow, in the order in which people read them; steps inside others come after them. */
export function flowOutline(definition: FlowDefinition, titles: Titles): FlowPart[] {
  const words = placesInWords(definition, titles);
  const part = (at: string, title: string, { id, app, operation, connection, ...said }: Record<string, unknown>): FlowPart => {
    const place = words(at);
    const labelOf = (field: string) => oneLine(words(field).replace(`${place}, `, ""));
    const fields = differences({}, said, at).map((field) => ({ at: field.at, label: labelOf(field.at), value: field.to }));
    return { at, step: textOf(id), title: oneLine(title), ...inWords(app, operation, titles), connection: textOf(connection), fields };
  };
  const { name: _, trigger, steps: __, ...head } = definition;
  const flow = part("", "The flow", head);
  return [
    ...(flow.fields.length === 0 ? [] : [flow]),
    part("trigger", startSentence(definition, titles), { ...trigger }),
    ...new StepIndex(definition).places.map(({ step, at }) => {
      const { title: ___, ...said } = ownOf(step);
      return part(at, capital(words(at)), said);
    }),
  ];
}

/** What the sentences of changes leave out: all that an added step says, and long values whole. */
export function unsaidParts(after: FlowDefinition, changes: readonly FlowChange[], titles: Titles): FlowPart[] {
  const added = new Set(changes.flatMap(({ kind, at }) => (kind === "added" ? [at] : [])));
  const long = new Set(changes.flatMap(({ kind, at, to }) => (kind === "changed" && isLong(to) ? [at] : [])));
  return flowOutline(after, titles).flatMap((part) => {
    if (added.has(part.at)) return [part];
    const fields = part.fields.filter(({ at }) => long.has(at));
    return fields.length === 0 ? [] : [{ ...part, fields }];
  });
}

const isLong = (value: unknown): boolean => (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).length > longestValue;
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

function inWords(appId: unknown, id: unknown, titles: Titles): Pick<FlowPart, "app" | "operation"> {
  const [app, operation] = [textOf(appId), textOf(id)];
  if (app === null) return { app: null, operation: null };
  const known = operation === null ? undefined : (titles.operation(app, operation) ?? titles.trigger(app, operation));
  return { app: oneLine(titles.app(app)?.title ?? app), operation: operation && oneLine(known?.title ?? operation) };
}
