import { fieldLabel } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import { operationTitle } from "./operation-words.ts";

/** Pure: errors that name a field or a connection as programs write it, for people who know it by its label or title. */

interface Said {
  message: string;
  details?: Readonly<Record<string, unknown>>;
}

/** The sentence of an error with the title of its connection, and the labels of its fields: "'Text' is needed and was not given." for `body: is needed and was not given.` */
export function saidOfField({ message: written, details = {} }: Said): string {
  const message = withOperation(withTitle(written, details), details);
  const { field } = details;
  if (typeof field !== "string" || !message.startsWith(`${field}: `)) return message;
  const label = fieldPathLabel(field, details);
  const problem = message.slice(field.length + 2).replace(/(?<=; nor (?:was|were) )[\w, ]+(?=\.$)/, (names) =>
    names
      .split(", ")
      .map((name) => `'${fieldPathLabel(name, details)}'`)
      .join(", "),
  );
  return /^(?:is|are|must|cannot|needs|takes|has) /.test(problem) ? `'${label}' ${problem}` : `${label}: ${problem}`;
}

function withTitle(message: string, { connection, connectionTitle }: NonNullable<Said["details"]>): string {
  if (typeof connection !== "string" || typeof connectionTitle !== "string") return message;
  return message.replaceAll(`'${connection}'`, () => `'${connectionTitle}'`);
}

/** "HighLevel refused 'Create contact': …" for `HighLevel refused Create Contact: …`. */
function withOperation(message: string, { operation }: NonNullable<Said["details"]>): string {
  if (typeof operation !== "string" || !/^[A-Z].* /.test(operation)) return message;
  return message.replace(operation, () => `'${operationTitle({ title: operation })}'`);
}

/** What a form calls the field at a path of an input: "Tags, item 1" for `tags[0]`. */
export function fieldPathLabel(path: string, details: NonNullable<Said["details"]> = {}): string {
  const [whole = path, name = "", rest = ""] = /^([A-Za-z_]\w*)((?:\[\d+\]|\.[A-Za-z_]\w*)*)$/.exec(path) ?? [];
  if (name === "") return whole;
  const labels = isObject(details["fieldLabels"]) ? details["fieldLabels"] : {};
  const own = path === details["field"] || name === details["field"] ? details["fieldLabel"] : undefined;
  const first = [labels[name], own].find((one) => typeof one === "string") ?? fieldLabel(name);
  const others = [...rest.matchAll(/\[(\d+)\]|\.(\w+)/g)].map(([, index, member]) =>
    index === undefined ? fieldLabel(member!) : `item ${Number(index) + 1}`,
  );
  return [first, ...others].join(", ");
}
