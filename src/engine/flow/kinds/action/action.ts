import { emptiedIn } from "#catalog/empty.ts";
import { defined } from "#kernel/defined.ts";
import { small } from "../../clause-words.ts";
import type { Step } from "../../format.ts";
import type { StepKind } from "../kind.ts";
import { executeAction } from "./attempt.ts";
import { checkAction } from "./check.ts";
import { action as shape } from "./shape.ts";
import type { ActionPlan } from "./work.ts";

export const action: StepKind<Step<"action">> = {
  shape,
  templates: { input: "value" },
  gives: true,
  calls: true,
  labels: { app: "App", operation: "Operation", connection: "Connection" },
  clause(step, { titles }) {
    const title = titles.operation(step.app, step.operation)?.title;
    if (title !== undefined) return small(title);
    return `do ${step.operation || "something"} in ${titles.app(step.app)?.title ?? (step.app || "an app")}`;
  },
  check: checkAction,
  compile({ id, app, operation, connection, input = {}, rows, messages, onError = "fail" }, compiling) {
    const plan: ActionPlan = {
      id,
      app,
      operation,
      input: compiling.input(input, app, operation),
      meant: { ...compiling.home, emptied: emptiedIn(input), written: Object.keys(input) },
      onError,
      ...defined({ rows, connection, messages }),
    };
    return (walk, path, scope) => executeAction(plan, walk, path, scope);
  },
  lint({ id, app, operation, connection, input = {}, rows, messages }, { at, names, spots, gives }) {
    const place = { at, step: id, app, operation, connection, input, ...defined({ rows, messages }) };
    spots.places.push({ ...place, names: new Map(names) });
    gives({ kind: "call", place });
  },
};
