import { type AppEquivalents, type Equivalent, type ForeignTool, wordsKey } from "#catalog/equivalents.ts";
import type { Expr } from "./expr.ts";
import { readField, type ReadText } from "./fields.ts";
import type { Path } from "./outputs.ts";
import { beginsWith, without } from "./outputs.ts";
import type { CatalogPack, PackedOperation } from "./pack.ts";
import { holdsNothing, type ExportNode } from "./export-node.ts";

/** Actions of apps that the catalog has as well, under the names that other tools have for them. */

export interface KnownAction {
  app: string;
  operation: PackedOperation;
  equivalent: Equivalent;
  names: AppEquivalents;
}

/** The app of the catalog that a tool means by a name. */
export const appNamed = (pack: CatalogPack, tool: ForeignTool, name: string): { app: string; names: AppEquivalents } | undefined =>
  pack.equivalents.find(({ names }) => names.tool === tool && names.names.includes(name.toLowerCase()));

/** The operation of the catalog that an action of a tool is; undefined where there is none. */
export function actionNamed(pack: CatalogPack, tool: ForeignTool, app: string, action: string): KnownAction | undefined {
  const known = appNamed(pack, tool, app);
  const key = wordsKey(action);
  const equivalent = known && Object.hasOwn(known.names.operations, key) ? known.names.operations[key] : undefined;
  const operation = equivalent && pack.operations.find((each) => each.app === known!.app && each.id === equivalent.operation);
  return operation ? { app: known!.app, operation, equivalent: equivalent!, names: known!.names } : undefined;
}

/** The trigger of the catalog that a trigger of a tool is. */
export function triggerNamed(
  pack: CatalogPack,
  tool: ForeignTool,
  app: string,
  trigger: string,
): { app: string; operation: string } | undefined {
  const known = appNamed(pack, tool, app);
  const key = wordsKey(trigger);
  const id = known && Object.hasOwn(known.names.triggers, key) ? known.names.triggers[key] : undefined;
  return id !== undefined && pack.triggers.some((each) => each.app === known!.app && each.id === id)
    ? { app: known!.app, operation: id }
    : undefined;
}

/** Where a step of the operation has what the tool's own step gave: the record, whatever it was wrapped in there. */
export const resultPath = ({ operation, equivalent: { within } }: KnownAction): ((path: Path) => Path) => {
  const wrapped = operation.result === "" ? [] : operation.result.split(".");
  return (path) => {
    const inner = without(["body"], ["data"])(path);
    if (within !== undefined) return [within, ...without([within])(inner)];
    return wrapped.length > 0 && beginsWith(inner, wrapped) ? inner.slice(wrapped.length) : inner;
  };
};

/** The fields of an action, under our names. What has no equal is to check, with what to do. */
export function readFields(
  action: KnownAction,
  members: readonly [string, ExportNode][],
  at: string,
  read: ReadText,
): Record<string, Expr> {
  const fixed = Object.entries(action.equivalent.input ?? {}).map(([name, value]): Filled => [name, { is: "json", value }]);
  const filled = ungrouped(action.names, members).flatMap(([name, node]) => fieldOf(action, name, { node, at: `${at} › ${name}`, read }));
  return joined([...fixed, ...filled]);
}

/** A field and its value. */
type Filled = [string, Expr];

/** Fields by their names. Objects of one field become one: custom fields may come in several places. */
function joined(fields: readonly Filled[]): Record<string, Expr> {
  const input: Record<string, Expr> = {};
  for (const [name, value] of fields) {
    const before = input[name];
    input[name] =
      before?.is === "object" && value.is === "object" ? { is: "object", members: [...before.members, ...value.members] } : value;
  }
  return input;
}

/** Members that only group fields give way to those within them. */
function ungrouped({ groups = [] }: AppEquivalents, members: readonly [string, ExportNode][]): [string, ExportNode][] {
  return members.flatMap(([name, node]): [string, ExportNode][] =>
    groups.includes(name) && node.isObject ? node.entries().map(([key, inner]) => [String(key), inner]) : [[name, node]],
  );
}

/** A member of an action's fields, and how its texts are read. */
interface Member {
  node: ExportNode;
  at: string;
  read: ReadText;
}

function fieldOf(action: KnownAction, name: string, member: Member): Filled[] {
  const { equivalent, names, operation } = action;
  const { node, at, read } = member;
  if (holdsNothing(node.value)) return [];
  const pairs = names.pairs && Object.hasOwn(names.pairs, name) ? names.pairs[name] : undefined;
  if (pairs) return pairsOf(pairs, member);
  const todo = ofTable(equivalent.without, name);
  if (todo !== undefined) return (node.check({ at, why: "the step has no such field", todo }), []);
  const ours = ofTable(equivalent.fields, name) ?? name;
  const field = operation.fields.find((each) => each.name === ours) ?? operation.fields.find((each) => each.wire === ours);
  if (!field) return (node.check({ at, why: "the step has no such field", todo: "look whether the flow needs it" }), []);
  if (field.filled) return (node.ignore("what the connection fills in"), []);
  const value = readField(node, at, read);
  if (value === undefined) return [];
  const check = ofTable(equivalent.check, name);
  if (check !== undefined) node.check({ at, why: "it may mean something else here", todo: check });
  return [[field.name, value]];
}

const ofTable = (table: Readonly<Record<string, string>> | undefined, name: string): string | undefined =>
  table && Object.hasOwn(table, name) ? table[name] : undefined;

type Pairs = NonNullable<AppEquivalents["pairs"]>[string];

/** Custom fields, which are written by the field's id or name. */
function pairsOf(pairs: Pairs, { node, at, read }: Member): Filled[] {
  const list = pairs.list === undefined ? node : (node.get(pairs.list) ?? node);
  const members = list.isList ? list.items().flatMap((pair) => pairOf(pairs, { node: pair, at, read })) : byName(list, at, read);
  return members.length === 0 ? [] : [[pairs.into, { is: "object", members }]];
}

const byName = (node: ExportNode, at: string, read: ReadText): Filled[] =>
  node.entries().flatMap(([key, member]): Filled[] => {
    const value = readField(member, `${at} › ${key}`, read);
    return value === undefined ? [] : [[String(key), value]];
  });

function pairOf({ key, value }: Pairs, { node: pair, at, read }: Member): Filled[] {
  const holder = pair.either(key, "id", "key", "fieldId", "name");
  const name = holder?.isObject ? holder.either("value", "id") : holder;
  const filled = pair.either(value, "field_value", "fieldValue", "value");
  if (!name || !filled || name.text === "" || name.text.startsWith("=") || name.text.includes("{{"))
    return (pair.check({ at, why: "which field it means is worked out while it runs", todo: "choose the field in the step" }), []);
  const filledIn = readField(filled, `${at} › ${name.text}`, read);
  holder?.ignoreAt("what lists showed of ids", "__rl", "mode", "cachedResultName", "cachedResultUrl");
  return filledIn === undefined ? [] : [[name.take(), filledIn]];
}
