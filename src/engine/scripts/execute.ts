import { cutText } from "#kernel/characters.ts";
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from "quickjs-emscripten";
import type { ScriptFault, ScriptLanguage } from "../ports/scripts.ts";
import { scriptBounds } from "./bounds.ts";
import { prelude } from "./prelude.ts";
import { executable, linesBefore, syntaxFault } from "./source.ts";

/** One script, as it comes to the worker. */
export interface ScriptTask {
  code: string;
  language: ScriptLanguage;
  /** What it reads by name, as JSON. */
  data: string;
  moment: number;
  seed: readonly [number, number, number, number];
  timeoutMs: number;
}

/** The result as JSON, or why there is none. */
export type TaskOutcome = { log: string[] } & ({ output: string } | { fault: ScriptFault });

const file = "script.js";

/** Executes a script in a QuickJS of its own. A WebAssembly module is not reused after a script ran out of memory in it. `now` measures its time. */
export function executeScript(module: QuickJSWASMModule, task: ScriptTask, now: () => number): TaskOutcome {
  const log: string[] = [];
  const wrong = syntaxFault(task.code, task.language);
  if (wrong) return { log, fault: wrong };
  const until = now() + task.timeoutMs;
  const runtime = module.newRuntime({ memoryLimitBytes: scriptBounds.memory, maxStackSizeBytes: scriptBounds.stack });
  runtime.setInterruptHandler(() => now() > until);
  try {
    return { log, ...new Execution(runtime, task, log, { isOverdue: () => now() > until, isFull: () => isFull(module) }).result() };
  } catch {
    // QuickJS was stopped while it was made ready, or had no memory left for its own error.
    return { log, fault: { problem: now() > until ? tooLong(task) : outOfMemory, ...lineOfLoop(task.code) } };
  }
}

const megabytes = scriptBounds.memory / 1024 / 1024;
const outOfMemory = `it needs more than ${megabytes} MB of memory`;

/** Whether the memory has grown to its bound: there may be none left for the error that says so. */
const isFull = (module: QuickJSWASMModule): boolean => module.getWasmMemory().buffer.byteLength >= scriptBounds.memory;

/** Whether a script has used up what it may take. */
interface Spent {
  isOverdue: () => boolean;
  isFull: () => boolean;
}

class Execution {
  readonly #context: QuickJSContext;
  readonly #runtime: QuickJSRuntime;
  readonly #task: ScriptTask;
  readonly #log: string[];
  readonly #spent: Spent;

  constructor(runtime: QuickJSRuntime, task: ScriptTask, log: string[], spent: Spent) {
    this.#runtime = runtime;
    this.#context = runtime.newContext();
    this.#task = task;
    this.#log = log;
    this.#spent = spent;
  }

  result(): { output: string } | { fault: ScriptFault } {
    const finish = this.#prepare();
    const made = this.#context.evalCode(executable(this.#task.code, this.#task.language), file);
    if (made.error) return { fault: this.#faultOf(made.error) };
    const called = this.#context.callFunction(made.value, this.#context.undefined);
    if (called.error) return { fault: this.#faultOf(called.error) };
    const settled = this.#settled(called.value);
    if ("fault" in settled) return settled;
    const text = this.#context.callFunction(finish, this.#context.undefined, settled.value);
    if (text.error) return { fault: this.#faultOf(text.error) };
    const output = this.#context.getString(text.value);
    if (output.length > scriptBounds.output) return { fault: { problem: tooLarge } };
    return { output };
  }

  /** Gives the script what it can see. Returns what makes JSON of its result. */
  #prepare(): QuickJSHandle {
    const { data, moment, seed } = this.#task;
    const context = this.#context;
    const write = context.newFunction("write", (line) => {
      if (this.#log.length < scriptBounds.lines) this.#log.push(cutText(context.getString(line), scriptBounds.line));
    });
    const numbers = [moment, ...seed].map((number) => context.newNumber(number));
    const begin = context.unwrapResult(context.evalCode(prelude, "prelude.js"));
    return context.unwrapResult(context.callFunction(begin, context.undefined, context.newString(data), ...numbers, write));
  }

  /** What the script gave, once all is done that its promises wait for. */
  #settled(given: QuickJSHandle): { value: QuickJSHandle } | { fault: ScriptFault } {
    const jobs = this.#runtime.executePendingJobs();
    if (jobs.error) return { fault: this.#faultOf(jobs.error) };
    const state = this.#context.getPromiseState(given);
    if (this.#spent.isOverdue()) return { fault: { problem: tooLong(this.#task) } };
    if (state.type === "fulfilled") return { value: state.value };
    if (state.type === "rejected") return { fault: this.#faultOf(state.error) };
    return { fault: { problem: neverSettles } };
  }

  /** What a script threw, in words. Whatever is read of it may be the script's own code. */
  #faultOf(thrown: QuickJSHandle): ScriptFault {
    const context = this.#context;
    const textAt = (name: string): string => {
      const value = context.getProp(thrown, name);
      return context.typeof(value) === "string" ? context.getString(value) : "";
    };
    const isObject = context.typeof(thrown) === "object";
    if (!isObject) return { problem: `it threw ${short(context.getString(thrown))}` };
    const [own, name, message, stack] = [textAt("problem"), textAt("name"), textAt("message"), textAt("stack")];
    if (own !== "") return { problem: short(own) };
    const place = placeIn(stack);
    if (name === "InternalError" && message === "interrupted")
      return { problem: tooLong(this.#task), ...lineOfLoop(this.#task.code), ...place };
    const isBare = name === "" && message === "" && this.#spent.isFull();
    if (isBare || (name === "InternalError" && message === "out of memory"))
      return { problem: outOfMemory, ...lineOfLoop(this.#task.code), ...place };
    if (message === "stack overflow") return { problem: "its functions call each other too deep (stack overflow)", ...place };
    const absent = absentIn(message, this.#task.code.split("\n")[(place.line ?? 0) - 1] ?? "");
    if (absent !== undefined) return { problem: short(absent), ...place };
    return { problem: short(message === "" ? `it threw ${name === "" ? "an object" : name}` : message), ...place };
  }
}

const tooLong = ({ timeoutMs }: ScriptTask): string =>
  `it was stopped after ${timeoutMs < 1000 ? `${timeoutMs} ms` : `${timeoutMs / 1000} s`}`;

/** "'t.minutes' is undefined", where a line reads a member of something that is not there, and reads it only once. */
function absentIn(message: string, line: string): string | undefined {
  const [, member, value] = /^cannot read property '([\w$]{1,80})' of (undefined|null)$/.exec(message) ?? [];
  if (member === undefined || line.length > longestProblem) return undefined;
  const name = member.replaceAll("$", "\\$");
  const found = [...line.matchAll(new RegExp(`\\.${name}(?![\\w$])`, "g"))];
  const whole = new RegExp(`(?<![\\w$.)\\]?])([A-Za-z_$][\\w$]*(?:\\.[\\w$]+)*)\\.${name}(?![\\w$])`).exec(line)?.[1];
  return found.length === 1 && whole !== undefined ? `'${whole}' is ${value}, so it has no '${member}'` : undefined;
}

const tooLarge = `its result is larger than ${scriptBounds.output / 1024} KiB`;
const neverSettles = "it waits for a promise that nothing fulfils: a script has no timers and no network";
const longestProblem = 500;
const short = (text: string): string => (text.length > longestProblem ? `${cutText(text, longestProblem)}…` : text);

/** QuickJS does not know where it is in a loop. Where there is only one, that is where. */
function lineOfLoop(code: string): Pick<ScriptFault, "line"> {
  const [only, ...others] = code.matchAll(/\b(?:while|for)\b/g);
  return only && others.length === 0 ? { line: code.slice(0, only.index).split("\n").length } : {};
}

/** The first place of a stack that is in the script itself. */
function placeIn(stack: string): Pick<ScriptFault, "line" | "column"> {
  const found = /script\.js:(\d+)(?::(\d+))?/.exec(stack);
  if (!found) return {};
  const line = Number(found[1]) - linesBefore;
  return line < 1 ? {} : { line, ...(found[2] !== undefined && { column: Number(found[2]) }) };
}
