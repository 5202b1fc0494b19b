import { isObject } from "#kernel/json.ts";
import type { Json } from "#kernel/json.ts";
import { compileExpressionText } from "./expression.ts";
import type { Evaluate, Expression } from "./expression.ts";
import { engineFor } from "./liquid.ts";
import type { Engine } from "./liquid.ts";
import { isTrue } from "./operators.ts";
import { inField, mappingFailed, MappingProblem } from "./problem.ts";
import { compileTemplate, isTemplate } from "./template.ts";
import type { MappingSettings, Scope } from "./types.ts";

export type { MappingSettings, Scope } from "./types.ts";

/** A value with templates in it, compiled once per flow version. `evaluate` throws MAPPING_FAILED naming the field. */
export interface CompiledValue {
  evaluate: (scope: Scope) => unknown;
  /** Paths into the scope the value reads: `trigger.contact.email`. */
  uses: string[];
}

export interface CompiledCondition {
  test: (scope: Scope) => boolean;
  uses: string[];
}

/**
 * Compiles a step's input. Strings are Liquid templates: one that is exactly one `{{ expression }}` gives the expression's value
 * with its type, any other gives text. A member whose value is missing is left out of its object or list.
 */
export function compileValue(value: Json, settings: MappingSettings, field: string): CompiledValue {
  const uses = new Set<string>();
  const evaluate = compileMember(value, { engine: engineFor(settings), uses }, field);
  return { evaluate, uses: [...uses] };
}

/** Compiles a condition: `trigger.score <= 6 and trigger.email contains '@'`. */
export function compileCondition(text: string, settings: MappingSettings, field: string): CompiledCondition {
  const { evaluate, uses } = compileExpression(text, settings, field);
  return { test: (scope) => isTrue(evaluate(scope)), uses };
}

/** Compiles one expression, with or without braces: `trigger.items` or `{{ trigger.items }}`. */
export function compileExpression(text: string, settings: MappingSettings, field: string): CompiledValue {
  const engine = engineFor(settings);
  const { evaluate, uses } = inField(field, () => {
    if (!isTemplate(text)) return compileExpressionText(text.trim(), engine);
    const inner = /^\s*\{\{(.*)\}\}\s*$/s.exec(text)?.[1];
    if (inner === undefined || isTemplate(inner))
      throw new MappingProblem("this takes one expression, like trigger.items or {{ trigger.items }}, and no text around it");
    return compileExpressionText(inner.replace(/^-|-$/g, "").trim(), engine);
  });
  return { evaluate: naming(field, evaluate), uses };
}

// ---------------------------------------------------------------- values

interface Compiling {
  engine: Engine;
  uses: Set<string>;
}

function compileMember(value: Json, compiling: Compiling, field: string): Evaluate {
  if (typeof value === "string") return compileString(value, compiling, field);
  if (Array.isArray(value)) return compileList(value, compiling, field);
  return isObject(value) ? compileObject(value, compiling, field) : () => value;
}

function compileString(text: string, { engine, uses }: Compiling, field: string): Evaluate {
  if (!isTemplate(text)) return () => text;
  const compiled: Expression = inField(field, () => compileTemplate(text, engine));
  for (const path of compiled.uses) uses.add(path);
  return naming(field, compiled.evaluate);
}

function compileList(list: Json[], compiling: Compiling, field: string): Evaluate {
  const items = list.map((item, i) => compileMember(item, compiling, `${field}[${i}]`));
  return (scope) => {
    const values: unknown[] = [];
    for (const item of items) {
      const value = item(scope);
      if (value !== undefined) values.push(value);
    }
    return values;
  };
}

function compileObject(object: Record<string, Json>, compiling: Compiling, field: string): Evaluate {
  const members = Object.entries(object).map(([key, value]) => {
    // Assigning to it would change what the object inherits instead of adding a member.
    if (key === "__proto__") throw mappingFailed(field, new MappingProblem("a field cannot be called '__proto__'"));
    return { key, evaluate: compileMember(value, compiling, field === "" ? key : `${field}.${key}`) };
  });
  return (scope) => {
    const values: Record<string, unknown> = {};
    for (const { key, evaluate } of members) {
      const value = evaluate(scope);
      if (value !== undefined) values[key] = value;
    }
    return values;
  };
}

/** Whatever evaluating throws is told with the field's name. */
function naming(field: string, evaluate: Evaluate): Evaluate {
  return (scope) => {
    try {
      return evaluate(scope);
    } catch (thrown) {
      throw mappingFailed(field, thrown);
    }
  };
}
