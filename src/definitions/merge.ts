/** A newer document read for an app that is there already: facts come from the document, and what people decided stays. */
import type { AppDefinition } from "#api/schemas/apps.ts";
import type { AppDraft, DraftOperation } from "#api/schemas/app-drafts.ts";

type Operation = AppDefinition["operations"][number];
type Input = Operation["input"][number];
type Login = AppDefinition["auth"][number];

/** What of an operation only a document can know; everything else was looked at by a person and stays as it was. */
const facts = ["method", "path", "body", "scopes", "deprecated", "output", "example"] as const satisfies readonly (keyof Operation)[];

/** The same of an input. */
const inputFacts = ["in", "wire", "required", "schema", "join", "words"] as const satisfies readonly (keyof Input)[];

/** The draft with what the app's definition says of the same operations, triggers and logins. */
export function mergeDraft(draft: AppDraft, app: AppDefinition): AppDraft {
  const operations = new Map(app.operations.map((operation) => [operation.id, operation]));
  const triggers = new Map(app.triggers.map((trigger) => [trigger.id, trigger]));
  return {
    ...draft,
    title: app.title,
    variables: draft.variables.map((variable) => app.variables?.find(({ name }) => name === variable.name) ?? variable),
    headers: app.headers ?? {},
    auth: draft.auth.map((login) =>
      mergeLogin(
        login,
        app.auth.find(({ kind }) => kind === login.kind),
      ),
    ),
    operations: draft.operations.map((operation) => mergeOperation(operation, operations.get(operation.definition.id))),
    triggers: draft.triggers.map((trigger) => {
      const before = triggers.get(trigger.id);
      return before ? { ...before, ...(trigger.output && { output: trigger.output }) } : trigger;
    }),
  };
}

/** The words and fields of a login are the app's; where it is sent, and its addresses, are the document's. */
const mergeLogin = (login: Login, before: Login | undefined): Login => {
  if (!before) return login;
  const { title } = before;
  const fields = "fields" in before ? before.fields : undefined;
  const merged = { ...before, ...login, ...(title !== undefined && { title }), ...(fields && { fields }) };
  return merged as Login;
};

function mergeOperation({ definition, guesses }: DraftOperation, before: Operation | undefined): DraftOperation {
  if (!before) return { definition, guesses };
  const inputs = new Map(before.input.map((input) => [input.name, input]));
  const input = definition.input.map((each) => mergeMembers(inputs.get(each.name), each, inputFacts));
  return { definition: { ...mergeMembers(before, definition, facts), input: [...input, ...settingsOf(before, definition)] }, guesses: [] };
}

/** Inputs that a person added with a value of their own: the document does not know them, and they are no mistake. */
const settingsOf = (before: Operation, { input }: Operation): Input[] =>
  before.input.filter(({ name, fill, in: place }) => fill !== undefined && place !== "path" && !input.some((each) => each.name === name));

function mergeMembers<T extends object, K extends keyof T>(before: T | undefined, after: T, members: readonly K[]): T {
  if (!before) return after;
  const merged = { ...before };
  for (const member of members) {
    if (after[member] === undefined) delete merged[member];
    else merged[member] = after[member];
  }
  return merged;
}
