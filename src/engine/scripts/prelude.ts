import { scriptBounds } from "./bounds.ts";

/**
 * What every script begins with, executed inside QuickJS before the script's own code. It is given the data and gives back a function that turns
 * the script's result into JSON. It holds on to what it needs of the language, so that a script that changes `JSON` or `Array.prototype` spoils its own
 * result at most: the host checks the text that comes out.
 */
export const prelude = `(function (data, moment, a, b, c, d, write) {
  "use strict";
  const { stringify, parse } = JSON;
  const { keys, defineProperty, hasOwn } = Object;
  const { construct } = Reflect;
  const isArray = Array.isArray;
  const { isFinite, isInteger, isSafeInteger } = Number;
  const abs = Math.abs;
  const text = String;
  const slice = Function.prototype.call.bind(String.prototype.slice);
  const pad = Function.prototype.call.bind(String.prototype.padStart);
  const RealDate = Date;

  const next = () => {
    const t = (a + b | 0) + d | 0;
    d = d + 1 | 0;
    a = b ^ b >>> 9;
    b = c + (c << 3) | 0;
    c = (c << 21 | c >>> 11) + t | 0;
    return t >>> 0;
  };
  const hex = () => pad(next().toString(16), 8, "0");
  Math.random = () => next() / 4294967296;
  const uuid = () => {
    const digits = hex() + hex() + hex() + hex();
    const variant = (8 + (next() & 3)).toString(16);
    return slice(digits, 0, 8) + "-" + slice(digits, 8, 12) + "-4" + slice(digits, 13, 16) + "-" + variant + slice(digits, 17, 20) + "-" + slice(digits, 20, 32);
  };

  const ScriptDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) => construct(target, args.length === 0 ? [moment] : args, newTarget),
    apply: (target) => text(new target(moment)),
  });
  RealDate.now = () => moment;
  RealDate.prototype.constructor = ScriptDate;
  globalThis.Date = ScriptDate;

  const shown = (value) => {
    if (typeof value === "string") return value;
    try {
      const json = stringify(value);
      return json === undefined ? text(value) : json;
    } catch {
      return "(cannot be shown)";
    }
  };
  let lines = 0;
  const log = (...values) => {
    if (++lines > ${scriptBounds.lines}) return;
    let line = "";
    for (let i = 0; i < values.length; i++) line += (i === 0 ? "" : " ") + shown(values[i]);
    write(slice(line, 0, ${scriptBounds.line + 100}));
  };
  const console = { log, info: log, warn: log, error: log, debug: log };

  const define = (name, value) => defineProperty(globalThis, name, { value, writable: true, configurable: true });
  define("console", console);
  define("now", new RealDate(moment).toISOString());
  define("uuid", uuid);
  const given = parse(data);
  define("steps", given);
  for (const name of keys(given)) if (!hasOwn(globalThis, name)) define(name, given[name]);

  const isExact = (number) => isFinite(number) && (!isInteger(number) || isSafeInteger(number) || abs(number) >= 1e21);
  const tooLarge = "a number too large to be exact; return it as a text";
  const whatIs = (value) => {
    if (typeof value === "function") return "a function";
    if (typeof value === "symbol") return "a symbol";
    if (typeof value === "bigint") return "a BigInt; return it as a text: String(…)";
    if (typeof value === "number") return isFinite(value) ? tooLarge : text(value) + ", which JSON does not have";
    if (value instanceof Map || value instanceof Set || value instanceof WeakMap || value instanceof WeakSet) return "a Map or a Set; return an object or a list";
    if (value instanceof Promise) return "a promise; put 'await' before it";
    return null;
  };
  const problem = (path, what) => { throw { problem: path + " is " + what }; };
  const put = (target, name, value) => defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  const plain = (value, path, above) => {
    if (value === null || value === undefined || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && isExact(value)) return value;
    const what = whatIs(value);
    if (what !== null) problem(path, what);
    for (let at = above; at !== null; at = at.above) if (at.value === value) problem(path, "the object that it is in: JSON has no circles");
    const here = { value, above, depth: above === null ? 1 : above.depth + 1 };
    if (here.depth > ${scriptBounds.outputDepth}) problem(path, "nested deeper than ${scriptBounds.outputDepth} levels");
    if (typeof value.toJSON === "function") return plain(value.toJSON(), path, here);
    if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf();
    return isArray(value) ? plainList(value, path, here) : plainObject(value, path, here);
  };
  const plainList = (list, path, here) => {
    const copy = [];
    for (let i = 0; i < list.length; i++) {
      const item = plain(list[i], path + "[" + i + "]", here);
      if (item === undefined) problem(path + "[" + i + "]", "undefined; leave it out, or use null");
      put(copy, i, item);
    }
    return copy;
  };
  const plainObject = (object, path, here) => {
    const copy = {};
    const names = keys(object);
    for (let i = 0; i < names.length; i++) {
      const member = plain(object[names[i]], path + "." + names[i], here);
      if (member !== undefined) put(copy, names[i], member);
    }
    return copy;
  };
  return (value) => {
    if (value === undefined) throw { problem: "it returned nothing. End it with 'return' and the result; 'return null' says that there is none" };
    return stringify(plain(value, "result", null));
  };
})`;
