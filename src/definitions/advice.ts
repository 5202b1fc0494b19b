/** What a definition lacks for careful writes: what an operator would want to know before trusting a flow to it. */
import type { DefinitionCheck } from "#api/schemas/app-drafts.ts";
import type { AppDefinition } from "#api/schemas/apps.ts";
import { isBareId } from "#catalog/ids.ts";
import { answerOf } from "#catalog/confirm.ts";
import { repeatable } from "#catalog/types.ts";
import { nounsOf } from "./guess.ts";

type Advice = DefinitionCheck["advice"][number];
type OperationDefinition = AppDefinition["operations"][number];
type Piece = Omit<Advice, "operation">;

/** The advice, by operation; that about the app as a whole names no operation. */
export function adviceFor(app: AppDefinition): Advice[] {
  return [
    ...ofApp(app).map((piece) => ({ operation: "", ...piece })),
    ...app.operations.flatMap((operation) => ofOperation(operation, app)),
  ];
}

function ofApp({ probe = [], operations }: AppDefinition): Piece[] {
  if (probe.length > 0 || operations.length === 0) return [];
  const read = operations.find(({ effect, input }) => effect === "read" && input.every(({ required }) => !required));
  const says = "No login test is set, so a wrong login is noticed only at the first call";
  return [{ member: "probe", says: read ? `${says}. '${read.title}' could test it` : `${says}. Add a read that needs no input` }];
}

function ofOperation(operation: OperationDefinition, app: AppDefinition): Advice[] {
  const pieces = operation.effect === "read" ? ofRead(operation) : ofWrite(operation, app);
  return [...pieces, ...ofInputs(operation, app)].map((piece) => ({ operation: operation.id, ...piece }));
}

function ofRead({ list, identity, paging }: OperationDefinition): Piece[] {
  if (!list) return [];
  return [
    ...(identity === undefined ? [{ member: "identity", says: "No record id is set, so flows cannot start with new records" }] : []),
    ...(paging === undefined ? [{ member: "paging", says: "No paging is set, so only the first page is read" }] : []),
  ];
}

function ofWrite(operation: OperationDefinition, app: AppDefinition): Piece[] {
  const { effect, confirm, idempotencyKey, before, example } = operation;
  const isUnsure = !repeatable.has(effect) && !confirm && idempotencyKey !== true;
  return [
    ...(isUnsure ? [{ member: "confirm", says: unsure(listBeside(operation, app)?.title) }] : []),
    ...(confirm && operation.result === "" && answerOf(operation) === undefined
      ? [{ member: "result", says: otherShape(app.operations.find(({ id }) => id === confirm.operation)?.title) }]
      : []),
    ...(effect === "update" && !before
      ? [{ member: "before", says: "Without a read of the record, a dry run cannot show what would change" }]
      : []),
    ...(example === undefined
      ? [{ member: "example", says: "Without an example, later steps offer no fields until it has been called once" }]
      : []),
  ];
}

/** The list in which what a write made would be found: the one whose path names the same records. */
const listBeside = ({ path }: OperationDefinition, { operations }: AppDefinition): OperationDefinition | undefined =>
  operations.find((each) => each.effect === "read" && each.list && lastNoun(each.path) !== "" && lastNoun(each.path) === lastNoun(path));

const lastNoun = (path: string): string => (nounsOf(path).at(-1) ?? "").toLowerCase().replace(/[^a-z]/g, "");

const unsure = (read: string | undefined): string =>
  `If no answer comes, Millrace cannot know whether the call took effect, and the run is held for a person. Set a read that finds the record again${read === undefined ? "" : ` ('${read}')`}, or an idempotency key if the app accepts one`;

const otherShape = (read: string | undefined): string =>
  `Nobody knows yet where its answer holds the record. After a lost answer, the next steps get the record${read === undefined ? "" : ` of '${read}'`} bare, which may have another shape. Try it once and keep the example, or set where the record is, such as 'invoice' for {"invoice": {…}}`;

/** Inputs that take an id, where a list of the app could offer names. */
function ofInputs({ id, input }: OperationDefinition, { operations }: AppDefinition): Piece[] {
  const lists = operations.filter(({ effect, list, id: own }) => effect === "read" && list && own !== id);
  return input.flatMap((field, i) => {
    if (field.lookup || field.suggest || field.fill || !(isBareId(field) || /[a-z](Id|_id)$/.test(field.name))) return [];
    const noun = field.name
      .toLowerCase()
      .replace(/_?id$/, "")
      .replace(/[^a-z]/g, "");
    const list = lists.find(({ path }) => lastNoun(path).startsWith(noun));
    const source = list ? `'${list.title}'` : field.in === "path" ? "A list of the app" : null;
    if (source === null) return [];
    const says = `People would have to type the id of '${field.label ?? field.name}'. ${source} could offer names instead`;
    return [{ member: `input.${i}.lookup`, says }];
  });
}
