import { isObject } from "#kernel/json.ts";
import { sizeUpTo } from "#kernel/json.ts";
import type { Json } from "#kernel/json.ts";
import { compileExpressionText } from "./expression.ts";
import type { EvaluateInPieces, Expression } from "./expression.ts";
import { engineFor } from "./liquid.ts";
import type { Engine } from "./liquid.ts";
import { isTrue } from "./operators.ts";
import { inField, mappingFailed, MappingProblem } from "./problem.ts";
import { compileTemplate, isTemplate } from "./template.ts";
import { isBlank } from "./text.ts";
import type { MappingSettings, Scope } from "./types.ts";
import { atOnce, currentWork, unhurried, type EvaluationHost } from "./work.ts";

export type { MappingSettings, Scope } from "./types.ts";

/** A value with templates in it, compiled once per flow version. `evaluate` throws MAPPING_FAILED naming the field. */
export interface CompiledValue {
  evaluate: (scope: Scope) => unknown;
  /** The same, and what takes long gives the event loop to others meanwhile. */
  unhurried: (scope: Scope, pace: EvaluationHost) => unknown;
  /** Paths into the scope the value reads: `trigger.contact.email`. */
  uses: string[];
}

export interface CompiledCondition {
  test: (scope: Scope) => boolean;
  /** The same, and what takes long gives the event loop to others meanwhile. */
  unhurried: (scope: Scope, pace: EvaluationHost) => boolean | Promise<boolean>;
  uses: string[];
}

/**
 * Compiles a step's input. Strings are Liquid templates: one that is exactly one `{{ expression }}` gives the expression's value
 * with its type, any other gives text. A member whose value is missing is left out of its object or list, and so is an object or a list of which
 * all members are missing; the input as a whole is not.
 */
export function compileValue(value: Json, settings: MappingSettings, field: string): CompiledValue {
  const uses = new Set<string>();
  const compiling = { engine: engineFor(settings), uses };
  return compiled(isObject(value) ? compileObject(value, compiling, field, true) : compileMember(value, compiling, field), uses);
}

/**
 * Compiles the template of a key, which identifies an event or a record. A key with a missing part would be the same for everything that lacks the
 * part, so if any part is missing or blank there is no key.
 */
export function compileKey(text: string, settings: MappingSettings, field: string): CompiledValue {
  const uses = new Set<string>();
  return compiled(compileKeyMember(text, { engine: engineFor(settings), uses }, field), uses);
}

function compileKeyMember(text: string, { engine, uses }: Compiling, field: string): Member {
  if (!isTemplate(text)) return fixed(text);
  const template = inField(field, () => compileTemplate(text, engine));
  for (const path of template.uses) uses.add(path);
  const whole = (value: unknown, filled: number, missing: number): unknown => {
    const { parts } = currentWork();
    return isBlank(value) || parts.missing > missing || (template.isText && parts.filled === filled) ? undefined : value;
  };
  return naming(field, {
    evaluate(scope) {
      const { filled, missing } = currentWork().parts;
      return whole(template.evaluate(scope), filled, missing);
    },
    *pieces(scope) {
      const { filled, missing } = currentWork().parts;
      return whole(yield* template.pieces(scope), filled, missing);
    },
  });
}

/** Compiles a condition: `trigger.score <= 6 and trigger.email contains '@'`. */
export function compileCondition(text: string, settings: MappingSettings, field: string): CompiledCondition {
  const value = compileExpression(text, settings, field);
  return {
    test: (scope) => isTrue(value.evaluate(scope)),
    unhurried(scope, pace) {
      const result = value.unhurried(scope, pace);
      return result instanceof Promise ? result.then(isTrue) : isTrue(result);
    },
    uses: value.uses,
  };
}

/** Compiles one expression, with or without braces: `trigger.items` or `{{ trigger.items }}`. */
export function compileExpression(text: string, settings: MappingSettings, field: string): CompiledValue {
  const engine = engineFor(settings);
  const expression = inField(field, () => {
    if (!isTemplate(text)) return compileExpressionText(text.trim(), engine);
    const inner = /^\s*\{\{(.*)\}\}\s*$/s.exec(text)?.[1];
    if (inner === undefined || isTemplate(inner))
      throw new MappingProblem("this takes one expression, like trigger.items or {{ trigger.items }}, and no text around it");
    return compileExpressionText(inner.replace(/^-|-$/g, "").trim(), engine);
  });
  return compiled(naming(field, expression), expression.uses);
}

const compiled = ({ evaluate, pieces }: Member, uses: Iterable<string>): CompiledValue => ({
  evaluate: (scope) => atOnce(evaluate, scope),
  unhurried: (scope, pace) => unhurried(evaluate, pieces, scope, pace),
  uses: [...uses],
});

// ---------------------------------------------------------------- values

interface Compiling {
  engine: Engine;
  uses: Set<string>;
}

type Member = Pick<Expression, "evaluate" | "pieces"> & {
  /** Written in the flow itself: there it is, even if it is `null`. */
  isFixed?: boolean;
};

const fixed = (value: Json): Member => ({ evaluate: () => value, pieces: onePiece(() => value), isFixed: true });
const isThere = (value: unknown, { isFixed }: Member): boolean => value !== undefined && (value !== null || isFixed === true);

const onePiece = (evaluate: Member["evaluate"]): EvaluateInPieces =>
  // oxlint-disable-next-line require-yield -- there is nothing to pause in
  function* (scope) {
    return evaluate(scope);
  };

function compileMember(value: Json, compiling: Compiling, field: string): Member {
  if (typeof value === "string") return compileString(value, compiling, field);
  if (Array.isArray(value)) return compileList(value, compiling, field);
  return isObject(value) ? compileObject(value, compiling, field) : fixed(value);
}

function compileString(text: string, { engine, uses }: Compiling, field: string): Member {
  if (!isTemplate(text)) return fixed(text);
  const template: Expression = inField(field, () => compileTemplate(text, engine));
  for (const path of template.uses) uses.add(path);
  return naming(field, template);
}

function compileList(list: Json[], compiling: Compiling, field: string): Member {
  const items = list.map((item, i) => compileMember(item, compiling, `${field}[${i}]`));
  return {
    evaluate(scope) {
      const values: unknown[] = [];
      let isMissing = items.length > 0;
      for (const item of items) {
        const value = item.evaluate(scope);
        if (value !== undefined) values.push(value);
        if (isThere(value, item)) isMissing = false;
      }
      return isMissing ? undefined : values;
    },
    *pieces(scope) {
      const values: unknown[] = [];
      let isMissing = items.length > 0;
      for (const item of items) {
        yield;
        const value = yield* item.pieces(scope);
        if (value !== undefined) values.push(value);
        if (isThere(value, item)) isMissing = false;
      }
      return isMissing ? undefined : values;
    },
  };
}

/** A header that the other system de-duplicates by is a key as well. */
const keyHeader = /^(?:x-)?idempotency-key$/i;

function compileNamed(name: string, value: Json, compiling: Compiling, field: string): Member {
  if (typeof value !== "string" || !keyHeader.test(name)) return compileMember(value, compiling, field);
  return compileKeyMember(value, compiling, field);
}

function compileObject(object: Record<string, Json>, compiling: Compiling, field: string, isInput = false): Member {
  const members = Object.entries(object).map(([key, value]) => {
    // Assigning to it would change what the object inherits instead of adding a member.
    if (key === "__proto__") throw mappingFailed(field, new MappingProblem("a field cannot be called '__proto__'"));
    return { key, member: compileNamed(key, value, compiling, field === "" ? key : `${field}.${key}`) };
  });
  const mayBeMissing = !isInput && members.length > 0;
  return {
    evaluate(scope) {
      const values: Record<string, unknown> = {};
      let isMissing = mayBeMissing;
      for (const { key, member } of members) {
        const value = member.evaluate(scope);
        if (value === undefined) continue;
        values[key] = value;
        if (isThere(value, member)) isMissing = false;
      }
      return isMissing ? undefined : values;
    },
    *pieces(scope) {
      const values: Record<string, unknown> = {};
      let isMissing = mayBeMissing;
      for (const { key, member } of members) {
        yield;
        const value = yield* member.pieces(scope);
        if (value === undefined) continue;
        values[key] = value;
        if (isThere(value, member)) isMissing = false;
      }
      return isMissing ? undefined : values;
    },
  };
}

/** What a template gives is counted, and whatever evaluating throws is told with the field's name. */
function naming(field: string, { evaluate, pieces }: Member): Member {
  return {
    evaluate(scope) {
      try {
        return counted(evaluate(scope));
      } catch (thrown) {
        throw mappingFailed(field, thrown);
      }
    },
    *pieces(scope) {
      try {
        return counted(yield* pieces(scope));
      } catch (thrown) {
        throw mappingFailed(field, thrown);
      }
    },
  };
}

function counted(value: unknown): unknown {
  currentWork().give(value, sizeUpTo);
  return value;
}
