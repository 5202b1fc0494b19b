import type { InputField, Operation } from "./types.ts";
import { compileCheck, type Check } from "./check.ts";

/** An operation made ready for many calls: what a request needs of it, worked out once. */
export interface CompiledOperation {
  /** The path cut at its placeholders: text, then field, then text, … */
  path: PathPart[];
  /** Whether the path is a whole address (`{+url}`, `secret-url:`) and stands without a base. */
  absolute: boolean;
  query: Slot[];
  headers: Slot[];
  body: Slot[];
  fields: ReadonlyMap<string, Slot>;
  /** Names that must be given by the caller. */
  required: readonly string[];
}
export interface Slot {
  field: InputField;
  wire: string;
  check: Check;
}
export type PathPart = string | { slot: Slot; raw: boolean };

const compiled = new WeakMap<Operation, CompiledOperation>();

/** The compiled form, made on first use and kept as long as the operation. */
export function compileOperation(operation: Operation): CompiledOperation {
  const cached = compiled.get(operation);
  if (cached) return cached;
  const made = compile(operation);
  compiled.set(operation, made);
  return made;
}

function compile(operation: Operation): CompiledOperation {
  const slots = operation.input.map((field): Slot => ({ field, wire: field.wire ?? field.name, check: compileCheck(field.schema) }));
  const at = (place: InputField["in"]) => slots.filter((s) => s.field.in === place);
  return {
    path: operation.recipe ? [operation.path] : cutPath(operation, at("path")), // a recipe makes its requests itself
    absolute: /^(\{\+|secret-url:)/.test(operation.path),
    query: at("query"),
    headers: at("header"),
    body: at("body"),
    fields: new Map(slots.map((s) => [s.field.name, s])),
    required: slots.filter((s) => s.field.required && !s.field.fill).map((s) => s.field.name),
  };
}

function cutPath({ id, path }: Operation, slots: readonly Slot[]): PathPart[] {
  return path
    .split(/(\{[^}]+\})/)
    .filter((part) => part !== "")
    .map((part) => {
      if (!part.startsWith("{")) return part;
      const raw = part.startsWith("{+");
      const wire = part.slice(raw ? 2 : 1, -1);
      const slot = slots.find((s) => s.wire === wire);
      if (!slot) throw new Error(`${id}: no field fills {${wire}} of ${path}`);
      return { slot, raw };
    });
}
