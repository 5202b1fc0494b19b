import { describedProblems } from "#catalog/described.ts";
import { alikeByWords } from "#catalog/nearest.ts";
import { moreName } from "#catalog/more.ts";
import type { Json } from "#kernel/json.ts";
import { didYouMean } from "../../../mapping/nearest.ts";
import type { Step } from "../../format.ts";
import type { OperationInfo } from "../../knowledge.ts";
import type { StepCheck } from "../kind.ts";

type ActionStep = Step<"action">;

/** Checks that the operation exists and that its input is what it takes. */
export function checkAction(step: ActionStep, check: StepCheck): void {
  const { knowledge } = check;
  const app = knowledge.app(step.app);
  if (!app) return check.tell("app", `there is no app '${step.app}'${didYouMean(step.app, knowledge.apps?.() ?? [])}`);
  const operation = knowledge.operation(step.app, step.operation);
  if (!operation)
    return check.tell(
      "operation",
      knowledge.trigger(step.app, step.operation)?.watch
        ? `'${step.operation}' is a trigger: it starts a flow and cannot be a step`
        : `${app.title} has no operation '${step.operation}'${didYouMean(step.operation, alikeByWords(step.operation, [...knowledge.operations(step.app)]))}`,
    );
  if (operation.recipe) check.noAnswer(`('${operation.title}') makes several calls, so there is no single answer`);
  if (app.needsConnection && step.connection === undefined) check.tell("connection", `${app.title} needs a connection; name one`);
  checkInputs(step, operation, check);
  checkList(step, operation, check);
}

/** A bound of rows needs a list; and where a list is described, it has to be described well. */
function checkList(
  { rows, input = {} }: ActionStep,
  { title, list = false, anyList = false }: OperationInfo,
  check: Pick<StepCheck, "tell">,
): void {
  const isList = list || (anyList && input["list"] !== undefined);
  if (rows !== undefined && !isList)
    check.tell(
      "rows",
      anyList ? "only applies to a list: set input.list to the list's path in the answer" : `belongs to a list, and '${title}' reads none`,
    );
  for (const { field, problem } of describedProblems({ anyList }, input)) check.tell(`input.${field}`, problem);
}

function checkInputs({ input = {} }: ActionStep, operation: OperationInfo, check: Pick<StepCheck, "tell">): void {
  checkInputNames(input, operation, check);
  for (const { name, required, impliedBy = [] } of operation.inputs)
    if (required && ![name, ...impliedBy].some((other) => Object.hasOwn(input, other)))
      check.tell(`input.${name}`, `'${operation.title}' needs this field`);
}

/** Checks that an operation has the fields that are filled. */
export function checkInputNames(
  input: Readonly<Record<string, Json>>,
  { title, inputs, moreProblem }: OperationInfo,
  check: Pick<StepCheck, "tell">,
): void {
  const names = inputs.map((field) => field.name);
  for (const [key, value] of Object.entries(input)) {
    if (key === moreName) checkMore(value, moreProblem, check);
    // An operation without described fields takes whatever it is given.
    else if (names.length > 0 && !names.includes(key)) {
      const hint = didYouMean(key, names) || (moreProblem ? `; undocumented fields go into "${moreName}"` : "");
      check.tell(`input.${key}`, `'${title}' has no field '${key}'${hint}`);
    }
  }
}

/** Further members are written by name: an event must not say which there are. */
function checkMore(more: Json, problemWith: OperationInfo["moreProblem"], check: Pick<StepCheck, "tell">): void {
  const problem = typeof more === "string" ? "takes an object, with each further member written by name" : (problemWith?.(more) ?? null);
  if (problem !== null) check.tell(`input.${moreName}`, problem);
}
