import { TypeGuards, Tokenizer, toValue } from "liquidjs";
import type { FilteredValueToken, PropertyAccessToken, Token } from "liquidjs";
import { answerMembers, readAnswer } from "./answers.ts";
import { sizeOf } from "./filters/lists.ts";
import { unknownFilter } from "./liquid.ts";
import type { Engine } from "./liquid.ts";
import { isPlaceholder } from "./missing.ts";
import { isTrue, type Operators } from "./operators.ts";
import { MappingProblem } from "./problem.ts";
import { isNil, toText } from "./text.ts";
import type { Filter, Scope } from "./types.ts";
import { longestExpression } from "./words/parts.ts";

/**
 * Liquid parses; what it parsed is compiled here to closures, since a flow evaluates the same few expressions thousands of times
 * a second and Liquid's generators and contexts cost a hundred times what reading a property does. Filters of Liquid's own that
 * look into the scope (`where_exp`, `map`) are still called through Liquid.
 */
export type Evaluate = (scope: Scope) => unknown;

/** The same work with pauses offered between its parts, for what takes long. */
export type EvaluateInPieces = (scope: Scope) => Generator<void, unknown>;

export interface Expression {
  evaluate: Evaluate;
  pieces: EvaluateInPieces;
  /** Paths into the scope: `trigger.contact.email`, as far as they are constant. */
  uses: string[];
  /** Whether it gives text with values in it, and not a value. */
  isText?: boolean;
}

/** What one token gives. `operator` is set on the result of an operator, to see and/or without parentheses. */
interface Operand {
  /** May give Liquid's own `nil`, `empty`, `blank`: only operators want those. */
  raw: Evaluate;
  operator?: string;
}

/** Compiles the expression between `{{` and `}}`, or a condition. Throws a MappingProblem. */
export function compileExpressionText(text: string, engine: Engine, isWhole = false): Expression {
  if (text.length > longestExpression)
    throw new MappingProblem(`it is longer than ${longestExpression.toLocaleString("en-US")} characters`);
  const tokenizer = new Tokenizer(text, engine.liquid.options.operators, undefined, undefined, true);
  const token = tokenizer.readFilteredValue();
  tokenizer.skipBlank();
  if (!tokenizer.end()) throw new MappingProblem(`'${tokenizer.remaining()}' is left over at the end and cannot be read`);
  const uses = new Set<string>();
  const { initial, stages } = compileParts(token, engine, uses);
  const last = token.filters.at(-1)?.name;
  if (isWhole && last !== undefined && isPlaceholder(last)) stages.push(withoutPlaceholder(stages.pop()!));
  return {
    evaluate: stages.reduce(evaluateStage, initial),
    *pieces(scope) {
      let value = initial(scope);
      for (const stage of stages) {
        yield;
        value = yield* stage.pieces(value, scope);
      }
      return value;
    },
    uses: [...uses],
  };
}

/** One filter of a chain. */
interface Stage {
  apply: (value: unknown, scope: Scope) => unknown;
  pieces: (value: unknown, scope: Scope) => Generator<void, unknown>;
}

/** `null` or 0 in the place of what is missing means something within a text, and nothing as the whole value of a field. */
const withoutPlaceholder = ({ apply, pieces }: Stage): Stage => ({
  apply: (value, scope) => (isNil(value) ? undefined : apply(value, scope)),
  *pieces(value, scope) {
    return isNil(value) ? undefined : yield* pieces(value, scope);
  },
});

const evaluateStage =
  (value: Evaluate, { apply }: Stage): Evaluate =>
  (scope) =>
    apply(value(scope), scope);

function compileParts(token: FilteredValueToken, engine: Engine, uses: Set<string>): { initial: Evaluate; stages: Stage[] } {
  const initial = compilePostfix(token.initial.postfix, engine, uses);
  return { initial, stages: token.filters.map((call) => compileFilter(call, engine, uses)) };
}

function compileFiltered(token: FilteredValueToken, engine: Engine, uses: Set<string>): Evaluate {
  const { initial, stages } = compileParts(token, engine, uses);
  return stages.reduce(evaluateStage, initial);
}

function compilePostfix(tokens: Token[], engine: Engine, uses: Set<string>): Evaluate {
  const stack: Operand[] = [];
  for (const token of tokens) {
    if (TypeGuards.isOperatorToken(token)) stack.push(compileOperator(token.operator, stack, engine));
    else stack.push(compileOperand(token, engine, uses));
  }
  if (stack.length > 1) throw new MappingProblem("two values stand side by side without an operator between them; quote text like 'this'");
  return valueOf(stack[0]!);
}

/** Without Liquid's special words, which are what text and lists are compared with and nothing to write down. */
function valueOf({ raw, operator }: Operand): Evaluate {
  return operator === "constant" ? constant(toValue(raw({}))) : raw;
}

const constant =
  (value: unknown): Evaluate =>
  () =>
    value;

function compileOperator(operator: keyof Operators, stack: Operand[], { operators }: Engine): Operand {
  const right = stack.pop();
  const left = operator === "not" ? right : stack.pop();
  if (!left || !right) throw new MappingProblem(`'${operator}' has nothing to work on`);
  if (operator === "not") return { raw: (scope) => operators.not(right.raw(scope)), operator };
  if (operator === "and" || operator === "or") return compileLogic(operator, left, right);
  const compare = operators[operator];
  return { raw: (scope) => compare(left.raw(scope), right.raw(scope)), operator };
}

/** Liquid reads and/or from right to left, so that `a and b or c` means `a and (b or c)`: nobody expects that, hence the parentheses. */
function compileLogic(operator: "and" | "or", left: Operand, right: Operand): Operand {
  if (operator === "and" && right.operator === "or") {
    throw new MappingProblem("'and' followed by 'or' can be read in two ways; put parentheses around one of them, like (a and b) or c");
  }
  const [first, second] = [valueOf(left), valueOf(right)];
  const raw: Evaluate =
    operator === "and"
      ? (scope) => isTrue(first(scope)) && isTrue(second(scope))
      : (scope) => isTrue(first(scope)) || isTrue(second(scope));
  return { raw, operator };
}

function compileOperand(token: unknown, engine: Engine, uses: Set<string>): Operand {
  if (TypeGuards.isPropertyAccessToken(token)) return { raw: compilePath(token, engine, uses) };
  if (TypeGuards.isFilteredValueToken(token)) return { raw: compileFiltered(token, engine, uses) };
  if (TypeGuards.isRangeToken(token)) return { raw: compileRange(token.lhs, token.rhs, engine, uses) };
  if (typeof token === "object" && token !== null && "content" in token) return { raw: constant(token.content), operator: "constant" };
  throw new MappingProblem("a value is missing");
}

const compileArgument = (token: unknown, engine: Engine, uses: Set<string>): Evaluate => valueOf(compileOperand(token, engine, uses));

const longestRange = 10_000;
function compileRange(lhs: unknown, rhs: unknown, engine: Engine, uses: Set<string>): Evaluate {
  const [low, high] = [compileArgument(lhs, engine, uses), compileArgument(rhs, engine, uses)];
  return (scope) => {
    const [from, to] = [Number(low(scope)), Number(high(scope))];
    if (to - from >= longestRange) throw new MappingProblem(`the range from ${from} to ${to} is longer than ${longestRange}`);
    const range: number[] = [];
    for (let i = from; i <= to; i++) range.push(i);
    return range;
  };
}

// ---------------------------------------------------------------- filters

function compileFilter({ name, args }: FilteredValueToken["filters"][number], engine: Engine, uses: Set<string>): Stage {
  const own = Object.hasOwn(engine.filters, name) ? engine.filters[name] : undefined;
  if (!own && !engine.liquid.filters[name]) throw unknownFilter(name, engine);
  const evaluated = args.map((arg) => compileFilterArgument(arg, engine, uses));
  const values = (scope: Scope) => evaluated.map((arg) => arg(scope));
  if (!own)
    return {
      apply: (value, scope) => engine.callLiquidFilter(name, scope, value, values(scope)),
      pieces: (value, scope) => engine.liquidFilterPieces(name, scope, value, values(scope)),
    };
  const apply = applyOwn(own, evaluated);
  return {
    apply,
    // oxlint-disable-next-line require-yield -- a filter of ours is one piece: its bound says how large
    *pieces(value, scope) {
      return apply(value, scope);
    },
  };
}

function applyOwn(own: Filter, args: Evaluate[]): Stage["apply"] {
  const [first, second] = args;
  if (!first) return (value) => own(value);
  if (!second) return (value, scope) => own(value, first(scope));
  return (value, scope) => own(value, ...args.map((arg) => arg(scope)));
}

/** `allow_false: true` reaches a filter as the pair `["allow_false", true]`. */
function compileFilterArgument(arg: unknown, engine: Engine, uses: Set<string>): Evaluate {
  if (!Array.isArray(arg)) return compileArgument(arg, engine, uses);
  const [name, token] = arg as [string, unknown];
  const value = compileArgument(token, engine, uses);
  return (scope) => [name, value(scope)];
}

// ---------------------------------------------------------------- paths

type Key = string | number;

function compilePath(token: PropertyAccessToken, engine: Engine, uses: Set<string>): Evaluate {
  if (token.getText().endsWith(".")) throw new MappingProblem(`'${token.getText()}' ends with a dot; write the name of the field after it`);
  const keys = token.props.map((prop) => compileKey(prop, engine, uses));
  const fixed = keys.filter((key) => typeof key !== "function");
  if (token.variable) return readAll(compileArgument(token.variable, engine, uses), keys);
  const [root, ...rest] = keys;
  if (typeof root === "function" || root === undefined) throw new MappingProblem("a path has to begin with a name");
  if (root !== "now") uses.add(pathText(keys));
  const start: Evaluate = root === "now" ? (scope) => read(scope, "now") ?? engine.now() : (scope) => read(scope, root);
  const [member, ...further] = rest;
  if (typeof member === "string" && answerMembers.includes(member)) {
    const first: Evaluate = (scope) => read(start(scope), member) ?? readAnswer(scope, String(root), member);
    return fixed.length < keys.length ? readAll(first, further) : readFixed(first, further as Key[]);
  }
  return fixed.length < keys.length ? readAll(start, rest) : readFixed(start, rest as Key[]);
}

function compileKey(prop: unknown, engine: Engine, uses: Set<string>): Key | Evaluate {
  if (TypeGuards.isWordToken(prop) || TypeGuards.isQuotedToken(prop) || TypeGuards.isNumberToken(prop)) return prop.content;
  return compileArgument(prop, engine, uses);
}

function readFixed(start: Evaluate, keys: Key[]): Evaluate {
  const [first, second, third] = keys;
  if (first === undefined) return start;
  if (second === undefined) return (scope) => read(start(scope), first);
  if (third === undefined) return (scope) => read(read(start(scope), first), second);
  return (scope) => keys.reduce(read, start(scope));
}

function readAll(start: Evaluate, keys: (Key | Evaluate)[]): Evaluate {
  return (scope) => keys.reduce<unknown>((of, key) => read(of, typeof key === "function" ? asKey(key(scope)) : key), start(scope));
}

/** A list as Liquid takes it: its items with commas between them. */
function asKey(value: unknown): Key {
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value.map((item) => (isNil(item) ? "" : asKey(item))).join();
  return value === null || typeof value !== "object" ? String(value) : toText(value);
}

/** One step of a path, as Liquid takes it: own properties, items counted from either end, and size, first and last of what has them. */
function read(of: unknown, key: Key): unknown {
  if (of === null || of === undefined) return of;
  if (typeof of === "string") return key === "size" ? sizeOf(of) : undefined; // a part of it might be half a character
  if (typeof key === "number" && Array.isArray(of)) return of[key < 0 ? of.length + key : key];
  if (Object.hasOwn(of, key)) return (of as Record<Key, unknown>)[key];
  if (key === "size") return sizeOf(of);
  if (!Array.isArray(of)) return undefined;
  return key === "first" ? of[0] : key === "last" ? of[of.length - 1] : undefined;
}

/** The constant beginning of a path as people write it. */
function pathText(keys: (Key | Evaluate)[]): string {
  let text = "";
  for (const key of keys) {
    if (typeof key === "function") break;
    text += typeof key === "number" ? `[${key}]` : text === "" ? key : `.${toText(key)}`;
  }
  return text;
}
