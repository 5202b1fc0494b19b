import type { ExportNode } from "../export-node.ts";
import type { Expr } from "../expr.ts";
import { readField } from "../fields.ts";
import { readJsonBody } from "../requests.ts";
import { type NodeContext, passes, type ReadNode } from "./context.ts";

interface Assigned {
  name: ExportNode;
  value: ExportNode | undefined;
}

function assignmentsOf(params: ExportNode | undefined): Assigned[] {
  const rows = params?.get("assignments", "assignments")?.items() ?? params?.get("fields", "values")?.items();
  const old = () => (params?.get("values")?.entries() ?? []).flatMap(([, group]) => group.items());
  return (rows ?? old()).flatMap((row) => {
    const name = row.get("name");
    const value = row.either("value", "stringValue", "numberValue", "booleanValue", "arrayValue", "objectValue") ?? row.get("value");
    row.ignoreAt("marks of the old editor", "id", "type");
    return name ? [{ name, value }] : [];
  });
}

/** The node that sets fields: a format step. */
export function setNode(context: NodeContext): ReadNode {
  const { params } = context;
  const raw = params?.get("jsonOutput");
  const whole = raw && context.attempt(raw, "jsonOutput", () => readJsonBody(context.read(raw.text)));
  const values: Record<string, Expr> = {};
  if (whole?.is === "object") for (const [name, value] of whole.members) put(values, name.split("."), value);
  for (const { name, value } of raw ? [] : assignmentsOf(params)) {
    const read = value && readField(value, context.at(name.text), context.read);
    if (read !== undefined) put(values, name.take().split("."), read);
  }
  const onlyOwn = keepsOnlyOwn(context);
  params?.ignoreAt("which fields a node has", "mode", "duplicateItem", "include");
  if (Object.keys(values).length === 0) return { output: passes(context) };
  return {
    step: { ...context.base, does: "format", values },
    output: { is: "fields", name: context.id, fields: new Set(Object.keys(values)), to: onlyOwn ? null : context.place.from },
  };
}

/** Whether only the fields it sets go on: so since version 3, and before where it was asked for. */
function keepsOnlyOwn({ params, node }: NodeContext): boolean {
  for (const name of ["keepOnlySet", "includeOtherFields", "include"]) params?.get(name)?.converted();
  if (node.version < 3) return params?.get("keepOnlySet")?.value === true;
  const include = params?.textAt("include");
  return params?.get("includeOtherFields")?.value !== true && (include === "" || include === "none" || include === undefined);
}

/** Puts a value under a name with dots, which means fields within fields. */
function put(values: Record<string, Expr>, [first, ...rest]: string[], value: Expr): void {
  if (first === undefined || ["__proto__", "constructor", "prototype"].includes(first)) return;
  if (rest.length === 0) return void (values[first] = value);
  const before = Object.hasOwn(values, first) ? values[first]! : undefined;
  const inner = Object.fromEntries(before?.is === "object" ? before.members : []);
  put(inner, rest, value);
  values[first] = { is: "object", members: Object.entries(inner) };
}
