/** What a definition lacks for careful writes: what an operator would want to know before trusting a flow to it. */
import type { DefinitionCheck } from "#api/schemas/app-drafts.ts";
import type { AppDefinition } from "#api/schemas/apps.ts";
import { isBareId } from "#catalog/ids.ts";
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
  const says = "Nothing says how a login is tested, so a wrong one shows only in the first call";
  return [{ member: "probe", says: read ? `${says}. '${read.title}' could test it` : `${says}. Add a read that needs no input` }];
}

function ofOperation(operation: OperationDefinition, app: AppDefinition): Advice[] {
  const pieces = operation.effect === "read" ? ofRead(operation) : ofWrite(operation, app);
  return [...pieces, ...ofInputs(operation, app)].map((piece) => ({ operation: operation.id, ...piece }));
}

function ofRead({ list, identity, paging }: OperationDefinition): Piece[] {
  if (!list) return [];
  return [
    ...(identity === undefined
      ? [{ member: "identity", says: "Nothing tells its records apart, so flows cannot start with new ones" }]
      : []),
    ...(paging === undefined ? [{ member: "paging", says: "Nothing says how the list goes on, so only its first page is read" }] : []),
  ];
}

const makesAnew = new Set(["create", "send", "other"]);

function ofWrite({ effect, confirm, idempotencyKey, before, example }: OperationDefinition, app: AppDefinition): Piece[] {
  const isUnsure = makesAnew.has(effect) && !confirm && idempotencyKey !== true;
  const list = app.operations.find((each) => each.effect === "read" && each.list);
  return [
    ...(isUnsure ? [{ member: "confirm", says: unsure(list?.title) }] : []),
    ...(effect === "update" && !before
      ? [{ member: "before", says: "Without a read of the record, a dry run cannot show what would change" }]
      : []),
    ...(example === undefined
      ? [{ member: "example", says: "Without an example, later steps have nothing to choose from until it was called once" }]
      : []),
  ];
}

const unsure = (read: string | undefined): string =>
  `If no answer comes, nobody can tell whether it took effect, and the run waits for a person. A read that finds the record again helps${read === undefined ? "" : ` ('${read}')`}, or an idempotency key if the app takes one`;

/** Inputs that take an id, where a list of the app could offer names. */
function ofInputs({ id, input }: OperationDefinition, { operations }: AppDefinition): Piece[] {
  const lists = operations.filter(({ effect, list, id: own }) => effect === "read" && list && own !== id);
  return input.flatMap((field, i) => {
    if (field.lookup || field.suggest || field.fill || !(isBareId(field) || /[a-z](Id|_id)$/.test(field.name))) return [];
    const noun = field.name.replace(/_?id$/i, "").toLowerCase();
    const list = lists.find(({ path }) =>
      nounsOf(path)
        .at(-1)
        ?.toLowerCase()
        .replace(/[^a-z]/g, "")
        .startsWith(noun.replace(/[^a-z]/g, "")),
    );
    if (list)
      return [
        {
          member: `input.${i}.lookup`,
          says: `People would have to type the id of '${field.label ?? field.name}'. '${list.title}' could offer names instead`,
        },
      ];
    return field.in === "path"
      ? [
          {
            member: `input.${i}.lookup`,
            says: `People would have to type the id of '${field.label ?? field.name}'. A list of the app could offer names instead`,
          },
        ]
      : [];
  });
}
