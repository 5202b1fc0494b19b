import { Context, Liquid, Output, toValue, toValueSync, filters as liquidFilters } from "liquidjs";
import type { Emitter, Template } from "liquidjs";
import { answerMembers, readAnswer } from "./answers.ts";
import { withinBounds } from "./bounds.ts";
import { createFilters } from "./filters.ts";
import { sizeOf } from "./filters/lists.ts";
import type { Filter, Filters, MappingSettings, Scope } from "./types.ts";
import { didYouMean } from "./nearest.ts";
import { operatorsIn, type Operators } from "./operators.ts";
import { MappingProblem } from "./problem.ts";
import { bounded, isBlank, isNil, toText } from "./text.ts";
import { currentWork } from "./work.ts";

/** Liquid with our filters, our comparisons and bounds, for one flow's settings. */
export interface Engine {
  liquid: Liquid;
  operators: Operators;
  /** Our own filters: plain functions of values, called without Liquid. */
  filters: Filters;
  /** What Liquid evaluates in. */
  contextOf(scope: Scope): Context;
  /** Calls a filter of Liquid's own, which may look into the scope. */
  callLiquidFilter(name: string, scope: Scope, value: unknown, args: unknown[]): unknown;
  /** The same in pieces. */
  liquidFilterPieces(name: string, scope: Scope, value: unknown, args: unknown[]): Pieces;
  /** Renders templates that have tags in them. */
  render(templates: Template[], scope: Scope): string;
  /** The same in pieces. */
  renderPieces(templates: Template[], scope: Scope): Pieces;
  /** What the word `now` stands for. */
  now(): string;
}

/** Work that may be paused at each `yield`. */
type Pieces = Generator<void, unknown>;

const limits = { parseLimit: 256 * 1024 };
const memoryLimit = 2 * 1024 * 1024;
/** Tags that read other templates; there are none. */
const fileTags = ["include", "render", "layout", "block"];

/** What to say of a filter nobody has registered. */
export const unknownFilter = (name: string, { liquid }: Engine): MappingProblem =>
  new MappingProblem(`there is no filter '${name}'${didYouMean(name, Object.keys(liquid.filters))}`);

const engines = new WeakMap<MappingSettings, Engine>();

/** The engine for these settings; made once for each settings object. */
export function engineFor(settings: MappingSettings): Engine {
  const cached = engines.get(settings);
  if (cached) return cached;
  const engine = createEngine(settings);
  engines.set(settings, engine);
  return engine;
}

function createEngine(settings: MappingSettings): Engine {
  const now = () => new Date(settings.now()).toISOString();
  const globals = Object.defineProperty({}, "now", { get: now, enumerable: true });
  const operators = operatorsIn(settings.zone);
  const liquid = new Liquid({
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    groupedExpressions: true,
    operators,
    globals,
    ...limits,
  });
  for (const tag of fileTags) delete liquid.tags[tag];
  const filters = registerFilters(liquid, settings);
  boundOutput(liquid);
  const contextOf = (scope: Scope) => {
    const budget = new Budget() as unknown as Context["memoryLimit"];
    return new MappingContext(scope, liquid.options, { sync: true }, { liquid, memoryLimit: budget, renderLimit: budget });
  };
  const call = (name: string, scope: Scope, value: unknown, args: unknown[]): unknown => {
    const self = { context: contextOf(scope), liquid } as ThisParameterType<FilterHandler>;
    return handlerOf(liquid.filters[name]!).apply(self, [value, ...args]);
  };
  const rendering = (templates: Template[], scope: Scope) => liquid.renderer.renderTemplates(templates, contextOf(scope));
  return {
    liquid,
    operators,
    filters,
    contextOf,
    now,
    callLiquidFilter: (name, scope, value, args) => toValue(toValueSync(call(name, scope, value, args))),
    *liquidFilterPieces(name, scope, value, args) {
      return toValue(yield* stepByStep(call(name, scope, value, args)));
    },
    render: (templates, scope) => String(toValueSync(rendering(templates, scope))),
    *renderPieces(templates, scope) {
      return String(yield* stepByStep(rendering(templates, scope)));
    },
  };
}

type FilterImplementationOptions = Liquid["filters"][string];
type FilterHandler = Extract<FilterImplementationOptions, (...args: never[]) => unknown>;

const handlerOf = (filter: FilterImplementationOptions): FilterHandler => (typeof filter === "function" ? filter : filter.handler);

/** Every filter there is, Liquid's and ours, within its bound. Gives ours. */
function registerFilters(liquid: Liquid, settings: MappingSettings): Filters {
  const own = createFilters(settings);
  const filters: Record<string, Filter> = {};
  for (const [name, filter] of Object.entries(own)) {
    const bounded = withinBounds(name, filter);
    filters[name] = bounded;
    liquid.registerFilter(name, (value: unknown, ...args: unknown[]) => bounded(toValue(value), ...args.map(toValue)));
  }
  for (const [name, filter] of Object.entries(liquidFilters)) {
    if (Object.hasOwn(own, name)) continue;
    const bounded = withinBounds(name, asItTakes(name, handlerOf(filter)));
    const handler: FilterHandler = function (value, ...args) {
      return bounded.call(this, toValue(value), ...args);
    };
    liquid.registerFilter(name, typeof filter === "function" ? handler : { ...filter, handler });
  }
  return filters;
}

/** Those of Liquid's own that take a text. An object would be "[object Object]" to them. */
const textFilters: ReadonlySet<string> = new Set(
  (
    "escape escape_once xml_escape newline_to_br url_decode cgi_escape uri_escape slugify lstrip rstrip strip_newlines normalize_whitespace " +
    "remove_first remove_last replace_first replace_last number_of_words truncatewords strip_html"
  ).split(" "),
);

function asItTakes(name: string, handler: FilterHandler): FilterHandler {
  if (name === "array_to_sentence_string")
    return function (value, ...args) {
      return handler.call(this, Array.isArray(value) ? value.map(textIn) : textIn(value), ...args);
    };
  return textFilters.has(name) ? ofText(handler) : handler;
}

/** The filter with an object, or a list of them, as the text that it is everywhere else. */
function ofText(handler: FilterHandler): FilterHandler {
  return function (value, ...args) {
    return handler.call(this, textIn(value), ...args.map(textIn));
  };
}

const textIn = (value: unknown): unknown => (holdsObjects(value) ? toText(value) : value);

const holdsObjects = (value: unknown): boolean =>
  Array.isArray(value) ? value.some((item) => typeof item === "object" && item !== null) : typeof value === "object" && value !== null;

/** Liquid's own driver of its generators, with a pause offered at each of their steps. */
function* stepByStep(work: unknown): Pieces {
  if (!isSteps(work)) return work;
  let value: unknown;
  let next: "next" | "throw" = "next";
  for (;;) {
    yield;
    const state = work[next](value);
    next = "next";
    value = state.value;
    try {
      if (isSteps(value)) value = yield* stepByStep(value);
    } catch (thrown) {
      next = "throw";
      value = thrown;
      if (state.done) throw thrown;
    }
    if (state.done) return value;
  }
}

const isSteps = (value: unknown): value is Iterator<unknown> & Required<Pick<Iterator<unknown>, "throw">> =>
  typeof value === "object" && value !== null && "next" in value && "throw" in value && typeof value.next === "function";

/** Liquid's context, but that only lists and texts have a size, and texts nothing else. */
class MappingContext extends Context {
  override readProperty(of: unknown, key: unknown): unknown {
    const name = toValue(key);
    if (typeof of === "string") return name === "size" ? sizeOf(of) : undefined;
    if (name !== "size" || isNil(of)) return super.readProperty(of as Scope, key as string);
    return Object.hasOwn(of, "size") ? (of as Scope)["size"] : sizeOf(of);
  }
  /** `step._status` and the other answer members are not part of the result. */
  override *_get(paths: Parameters<Context["_get"]>[0]): IterableIterator<unknown> {
    const [root, member, ...rest] = paths;
    if (typeof root !== "string" || typeof member !== "string" || !answerMembers.includes(member)) return yield super._get(paths);
    const own: unknown = yield super._get([root, member]);
    const isStep = (yield super._get([root])) === (this.environments as Scope)[root]; // and no variable of the template
    const value = own ?? (isStep ? readAnswer(this.environments, root, member) : undefined);
    return yield this._getFromScope({ value }, ["value", ...rest]);
  }
  override spawn(scope: Scope = {}): Context {
    const { sync, globals, strictVariables, ownPropertyOnly, renderLimit, memoryLimit, liquid } = this;
    const options = { sync, strictVariables, ownPropertyOnly, ...(globals && { globals }) };
    return new MappingContext(scope, this.opts, options, { renderLimit, memoryLimit, ...(liquid && { liquid }) });
  }
}

/** Liquid bounds neither what it prints nor what `capture` collects: give every rendering a bounded emitter. Values are counted on the way. */
function boundOutput({ renderer }: Liquid): void {
  const unbounded = renderer.renderTemplates.bind(renderer);
  renderer.renderTemplates = (templates, context, emitter) => unbounded(counting(templates), context, emitter ?? new BoundedEmitter());
}

const countingTemplates = new WeakMap<Template[], Template[]>();

/** The templates with outputs that say whether their value is there. */
function counting(templates: Template[]): Template[] {
  let outputs = countingTemplates.get(templates);
  if (!outputs) {
    outputs = templates.map((template) => (template instanceof Output ? new CountedOutput(template) : template));
    countingTemplates.set(templates, outputs);
  }
  return outputs;
}

class CountedOutput implements Template {
  readonly token: Template["token"];
  readonly #output: Output;
  constructor(output: Output) {
    this.token = output.token;
    this.#output = output;
  }
  *render(context: Context, emitter: Emitter): IterableIterator<unknown> {
    const value: unknown = toValue(yield this.#output.value.value(context, false));
    currentWork().part(!isBlank(value));
    emitter.write(value);
  }
}

/**
 * Takes the place of Liquid's own limiters (a class it keeps to itself): counts what its filters make, and charges it to the mapping's
 * work, since Liquid looks at the clock between tags only and one nested `where_exp` can go on for seconds.
 */
class Budget {
  #left = memoryLimit;
  use(count: number): void {
    if (count > 0) this.#left -= count;
    if (this.#left < 0) throw new MappingProblem("it would need too much memory");
    if (count > 0) currentWork().charge(count);
  }
  /** Called with the time before each tag. */
  check(): void {
    currentWork().look();
  }
}

class BoundedEmitter implements Emitter {
  buffer = "";
  write(value: unknown): void {
    this.buffer = bounded(this.buffer + toText(toValue(value)));
  }
}
