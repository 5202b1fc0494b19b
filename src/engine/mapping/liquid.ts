import { Context, Liquid, toValue, toValueSync, filters as liquidFilters } from "liquidjs";
import type { Emitter, Template } from "liquidjs";
import { createFilters } from "./filters.ts";
import type { Filters, MappingSettings, Scope } from "./types.ts";
import { didYouMean } from "./nearest.ts";
import { operators } from "./operators.ts";
import { MappingProblem } from "./problem.ts";
import { bounded, toText } from "./text.ts";

/** Liquid with our filters, our comparisons and bounds, for one flow's settings. */
export interface Engine {
  liquid: Liquid;
  /** Our own filters: plain functions of values, called without Liquid. */
  filters: Filters;
  /** Calls a filter of Liquid's own, which may look into the scope. */
  callLiquidFilter(name: string, scope: Scope, value: unknown, args: unknown[]): unknown;
  /** Renders templates that have tags in them. */
  render(templates: Template[], scope: Scope): string;
  /** What the word `now` stands for. */
  now(): string;
}

const limits = { parseLimit: 256 * 1024, renderLimit: 300 };
const memoryLimit = 2 * 1024 * 1024;
/** Tags that read other templates; there are none. */
const fileTags = ["include", "render", "layout", "block"];

/** What to say of a filter nobody has registered. */
export const unknownFilter = (name: string, { liquid }: Engine): MappingProblem =>
  new MappingProblem(`there is no filter '${name}'${didYouMean(name, Object.keys(liquid.filters))}`);

const engines = new WeakMap<MappingSettings, Engine>();

/** The engine for these settings; made once for each settings object. */
export function engineFor(settings: MappingSettings): Engine {
  const known = engines.get(settings);
  if (known) return known;
  const engine = createEngine(settings);
  engines.set(settings, engine);
  return engine;
}

function createEngine(settings: MappingSettings): Engine {
  const now = () => new Date(settings.now()).toISOString();
  const globals = Object.defineProperty({}, "now", { get: now, enumerable: true });
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
  const filters = createFilters(settings);
  for (const [name, filter] of Object.entries(filters)) {
    liquid.registerFilter(name, (value: unknown, ...args: unknown[]) => filter(toValue(value), ...args.map(toValue)));
  }
  boundOutput(liquid);
  const contextOf = (scope: Scope) =>
    new Context(scope, liquid.options, { sync: true }, { liquid, memoryLimit: new Budget() as unknown as Context["memoryLimit"] });
  return {
    liquid,
    filters,
    now,
    callLiquidFilter(name, scope, value, args) {
      const implementation = liquidFilters[name]!;
      const handler = typeof implementation === "function" ? implementation : implementation.handler;
      const self = { context: contextOf(scope), liquid } as ThisParameterType<typeof handler>;
      return toValue(toValueSync(handler.apply(self, [value, ...args])));
    },
    render: (templates, scope) => String(toValueSync(liquid.renderer.renderTemplates(templates, contextOf(scope)))),
  };
}

/** Liquid bounds neither what it prints nor what `capture` collects: give every rendering a bounded emitter. */
function boundOutput({ renderer }: Liquid): void {
  const unbounded = renderer.renderTemplates.bind(renderer);
  renderer.renderTemplates = (templates, context, emitter) => unbounded(templates, context, emitter ?? new BoundedEmitter());
}

/**
 * Takes the place of Liquid's own limiter (a class it keeps to itself): counts what filters make and looks at the clock as well,
 * since Liquid does that between tags only and one nested `where_exp` can go on for seconds.
 */
class Budget {
  #left = memoryLimit;
  readonly #deadline = performance.now() + limits.renderLimit;
  use(count: number): void {
    if (count > 0) this.#left -= count;
    if (this.#left < 0) throw new MappingProblem("it would need too much memory");
    if (performance.now() > this.#deadline) throw new MappingProblem("it took too long to work out");
  }
  check(count: number): void {
    if (count > memoryLimit) throw new MappingProblem("it would need too much memory");
  }
}

class BoundedEmitter implements Emitter {
  buffer = "";
  write(value: unknown): void {
    this.buffer = bounded(this.buffer + toText(toValue(value)));
  }
}
