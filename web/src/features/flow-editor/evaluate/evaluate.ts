import { compileCondition, compileExpression, compileValue } from "#engine/mapping/mapping.ts";
import type { MappingSettings, Scope } from "#engine/mapping/mapping.ts";
import { withRules } from "#engine/mapping/rules.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { Pace } from "#kernel/pace.ts";
import { isEmptyValue, shortText, typeOfValue } from "../data/values.ts";
import type { Ask, Home, Outcome } from "./outcome.ts";

/** Works it out with the engine's own code and bounds. What takes long comes later, in pieces that leave room for others. */
export function evaluate({ written, reading }: Ask, values: Scope, home: Home, pace: Pace): Outcome | Promise<Outcome> {
  try {
    const result = compiled(written, reading, home)(values, pace);
    return result instanceof Promise ? result.then(outcomeOf, problemOf) : outcomeOf(result);
  } catch (thrown) {
    return problemOf(thrown);
  }
}

const outcomeOf = (value: unknown): Outcome =>
  value === undefined || value === null
    ? { kind: "missing" }
    : { kind: "value", type: typeOfValue(value), text: shortText(value), empty: isEmptyValue(value) };

function problemOf(thrown: unknown): Outcome {
  if (!(thrown instanceof MillraceError)) throw thrown;
  return { kind: "problem", problem: String(thrown.details["problem"] ?? thrown.message) };
}

// ---------------------------------------------------------------- compiled once

type Compiled = (values: Scope, pace: Pace) => unknown;

/** The name of the field is not wanted: whoever shows a problem stands beside the field. */
const field = "";

function compile({ written, reading }: Ask, settings: MappingSettings): Compiled {
  if (typeof written !== "string" || reading === "value") return compileValue(written, settings, field).unhurried;
  return (reading === "condition" ? compileCondition : compileExpression)(written, settings, field).unhurried;
}

const mostCompiled = 500;
const cache = new Map<string, Compiled>();

function compiled(written: Json, reading: Ask["reading"], home: Home): Compiled {
  const key = JSON.stringify([reading, home, written]);
  const cached = cache.get(key);
  if (cached) return cached;
  const made = compile({ written, reading }, settingsOf(home));
  if (cache.size >= mostCompiled) cache.delete(cache.keys().next().value!);
  cache.set(key, made);
  return made;
}

const mostHomes = 50;
const homes = new Map<string, MappingSettings>();

/** One settings object for each zone, country and set of rules, since the engine makes its filters once for each. */
function settingsOf({ zone, country, rules = {} }: Home): MappingSettings {
  const key = JSON.stringify([zone, country, rules]);
  const cached = homes.get(key);
  if (cached) return cached;
  const settings = withRules({ zone, ...(country === undefined ? {} : { country }), now: Date.now }, rules);
  if (homes.size >= mostHomes) homes.delete(homes.keys().next().value!);
  homes.set(key, settings);
  return settings;
}
