import type { Json } from "#kernel/json.ts";
import { scriptBounds } from "../../../scripts/bounds.ts";
import { namesIn, readsIn } from "../../../scripts/names.ts";
import { syntaxFault } from "../../../scripts/source.ts";
import type { Step } from "../../format.ts";
import type { StepKind } from "../kind.ts";
import { executeCode } from "./execute.ts";
import { code as shape } from "./shape.ts";

/** The kind of step that executes a script. */
export const code: StepKind<Step<"code">> = {
  shape,
  templates: { input: "value" },
  gives: true,
  calls: true,
  labels: { code: "Code", input: "Input", timeoutMs: "Time limit", tests: "Tests" },
  clause: () => "run a script",
  check(step, check) {
    check.noAnswer("makes no call");
    const fault = syntaxFault(step.code, step.language ?? "javascript");
    if (fault)
      check.tell("code", fault.line === undefined ? fault.problem : `line ${fault.line}, column ${fault.column}: ${fault.problem}`);
  },
  compile({ id, code: text, language = "javascript", input = {}, timeoutMs = scriptBounds.usualMs }, compiling) {
    const value = compiling.value(input as Record<string, Json>, "input");
    compiling.reads(readsIn(text));
    const plan = { id, code: text, language, input: value, timeoutMs, names: namesIn(text) };
    return (walk, path, scope) => executeCode(plan, walk, path, scope);
  },
  lint({ id, ...script }, { at, names, spots }) {
    spots.scripts.push({ at, step: id, script, names: new Set(names.keys()) });
  },
};
