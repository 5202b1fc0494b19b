import { describe, expect, test } from "vitest";
import { executeScript, type ScriptTask } from "./execute.ts";
import { boundedModule } from "./module.ts";

const task: ScriptTask = {
  code: "",
  language: "javascript",
  data: JSON.stringify({ trigger: { email: "ada@example.com", score: 3 }, input: { plan: "pro" }, "a-b": { n: 1 } }),
  moment: Date.UTC(2026, 0, 2, 3, 4, 5),
  seed: [1, 2, 3, 4],
  timeoutMs: 1000,
};

/** Executes a script under a clock that moves a millisecond each time it is looked at: an endless script ends soon, and the same way each time. */
async function outcome(code: string, more: Partial<ScriptTask> = {}) {
  let now = 0;
  return executeScript(await boundedModule(), { ...task, ...more, code }, () => now++);
}
const result = async (code: string, more: Partial<ScriptTask> = {}): Promise<unknown> => {
  const made = await outcome(code, more);
  if ("fault" in made) throw new Error(made.fault.problem);
  return JSON.parse(made.output);
};
const fault = async (code: string, more: Partial<ScriptTask> = {}) => {
  const made = await outcome(code, more);
  if (!("fault" in made)) throw new Error(`it gave ${made.output}`);
  const { problem, line } = made.fault;
  return line === undefined ? problem : `${line}: ${problem}`;
};

describe("a script", () => {
  test("reads its data by name, or in 'steps' where a name is no word of JavaScript", async () => {
    expect(await result("return [trigger.email, input.plan, steps['a-b'].n, steps.trigger.score]")).toEqual([
      "ada@example.com",
      "pro",
      1,
      3,
    ]);
    expect(await result("const input = 5; return input")).toBe(5);
  });

  test("is refused at once where reading it would take for ever", async () => {
    for (const opening of ["<T>(", "x<T>(", "<div>(", "async<T>("])
      for (const code of [opening.repeat(40), `return ${opening.repeat(40)}1${")".repeat(40)}`])
        expect(await fault(code, { language: "typescript" })).toMatch(/nested too deep|Unexpected token|is not defined/);
    expect(await result("return [" + "<number>(1), ".repeat(1000) + "2]", { language: "typescript" })).toHaveLength(1001);
  });

  test("may await what it makes itself", async () => {
    expect(await result("const later = async () => 2; return await Promise.all([1, later()])")).toEqual([1, 2]);
    expect(await fault("await new Promise(() => {})")).toMatch(/promise that nothing fulfils/);
  });

  test("has no clock and no chance but what it is given", async () => {
    const code = "return [now, Date.now(), new Date(), Date(), new Date(2026, 5, 1).getHours(), Math.random(), uuid()]";
    const first = await result(code);
    expect(first).toEqual([
      "2026-01-02T03:04:05.000Z",
      task.moment,
      "2026-01-02T03:04:05.000Z",
      expect.stringMatching(/^Fri Jan 02 2026/),
      expect.any(Number),
      expect.any(Number),
      expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    ]);
    expect(await result(code)).toEqual(first);
    expect(await result("return uuid()", { seed: [1, 2, 3, 5] })).not.toBe((first as unknown[])[6]);
    expect(await result("return new (new Date(0).constructor)().getTime()")).toBe(task.moment);
  });

  test("writes lines, of which some are kept", async () => {
    expect(await outcome("console.log('a', { b: 1 }, undefined); console.warn(2); return 1")).toEqual({
      log: ['a {"b":1} undefined', "2"],
      output: "1",
    });
    const { log } = await outcome("for (let i = 0; i < 500; i++) console.log('x'.repeat(5000)); return 1");
    expect([log.length, log[0]!.length]).toEqual([100, 2000]);
  });

  test("says where it failed", async () => {
    expect(await fault("const t = {};\nreturn t.minutes.toFixed(1)")).toBe("2: 't.minutes' is undefined, so it has no 'toFixed'");
    expect(await fault("const f = () => null;\nreturn f().a")).toBe("2: cannot read property 'a' of null");
    expect(await fault("\n\nreturn nope.x")).toBe("3: 'nope' is not defined");
    expect(await fault("const f = () => {\n  throw new Error('no such plan');\n};\nreturn f()")).toBe("2: no such plan");
    expect(await fault("await null;\nnope()")).toBe("2: 'nope' is not defined");
    expect(await fault("throw 'text'")).toBe("it threw text");
    expect(await fault("return 1 +\n  (2 * )")).toBe("2: Unexpected token");
    expect(await fault("\nreturn 1 +")).toBe("2: something is missing at the end");
  });

  test("may be TypeScript, whose lines are kept", async () => {
    const typed = { language: "typescript" } as const;
    expect(
      await result("interface A { n: number }\nconst a = { n: trigger.score } as A;\nenum E { P = 'p' }\nreturn [a.n, E.P]", typed),
    ).toEqual([3, "p"]);
    expect(await fault("type A = {\n  n: number\n};\nthrow new Error('here')", typed)).toBe("4: here");
    expect(await fault("const a = 1;\nnamespace N { export const b = 1 }\nreturn N.b", typed)).toMatch(/^2: 'namespace' is not supported/);
    expect(await fault("const x: number = 1; return x")).toMatch(/^1: Unexpected token/);
  });

  test("returns JSON, or is told what is not", async () => {
    const refused: Record<string, RegExp> = {
      "": /returned nothing/,
      "return NaN": /result is NaN/,
      "return { a: () => 1 }": /result\.a is a function/,
      "return { a: [1, undefined] }": /result\.a\[1\] is undefined/,
      "const a = {}; a.b = { c: a }; return a": /result\.b\.c is the object that it is in/,
      "return { a: 1n }": /BigInt/,
      "return { id: 2 ** 60 }": /result\.id is a number too large to be exact/,
      "return new Map()": /Map or a Set/,
      "return { a: Promise.resolve(1) }": /put 'await' before it/,
      "let o = 1; for (let i = 0; i < 200; i++) o = { o }; return o": /nested deeper than 100 levels/,
      "return 'x'.repeat(300000)": /larger than 256 KiB/,
    };
    for (const [code, problem] of Object.entries(refused)) expect(await fault(code)).toMatch(problem);
    expect(await result("return { at: new Date(0), none: undefined, nothing: null, __proto__: 1, list: [new String('a')] }")).toEqual({
      at: "1970-01-01T00:00:00.000Z",
      nothing: null,
      list: ["a"],
    });
  });
});

describe("a bad script", () => {
  const endless = [
    "\nwhile (true) trigger.score++;",
    "return /^(a+)+$/.test('a'.repeat(60) + 'b')",
    "return { get a() { while (true) {} } }",
    "return new Proxy({}, { ownKeys() { while (true) {} } })",
    "try { while (true) {} } catch { return 1 } finally { return 2 }",
    "await (async () => { while (true) await null })()",
    "(async () => { while (true) await null })(); return 1",
    "let o = 'x'; for (let i = 0; i < 40; i++) o = [o, o]; return o",
    "return { toJSON() { return { toJSON: this.toJSON, a: this } } }",
    "throw { get message() { while (true) {} } }",
  ];
  test.each(endless)("is stopped: %s", async (code) => {
    expect(await fault(code, { timeoutMs: 50 })).toMatch(/it was stopped after 50 ms|nested deeper|threw/);
  });

  test("has the line of its loop said, where there is only one", async () => {
    expect(await fault("let n = 0;\nfor (;;) n++;", { timeoutMs: 50 })).toBe("2: it was stopped after 50 ms");
    expect(await fault("for (;;) {\n  while (true) now.length;\n}", { timeoutMs: 50 })).toBe("it was stopped after 50 ms");
  });

  test("that needs too much memory or calls itself too deep is stopped, at its line", async () => {
    expect(await fault("\nreturn Array(1e8).fill(0)", { timeoutMs: 1e9 })).toBe("2: it needs more than 32 MB of memory");
    expect(await fault("function f() { return f() + 1 }\nreturn f()")).toMatch(/^1: its functions call each other too deep/);
    expect(await fault("return JSON.parse('['.repeat(1e5))")).toMatch(/stack overflow/);
  });

  const hungry = [
    "const kept = [];\nfor (let i = 0; i < 800; i++) kept.push(new Uint8Array(1e6).fill(7));\nreturn kept.length",
    "const kept = [];\nfor (;;) kept.push(new ArrayBuffer(1000));",
    "\nreturn new Float64Array(3e7).length",
    "\nreturn new SharedArrayBuffer(1e8).byteLength",
    "const kept = [];\nfor (;;) kept.push(new SharedArrayBuffer(1e6));",
    "const kept = [];\nfor (let i = 0; ; i++) kept.push(('x' + i).padEnd(1e5, 'y'));",
    "const kept = [];\nfor (;;) kept.push(new Array(100000).fill('x'));",
    "let o = null;\nfor (;;) o = { o };",
    "const kept = new Map();\nfor (let i = 0; ; i++) kept.set(i, { i });",
  ];
  test.each(hungry)("that keeps more than it may is stopped: %s", async (code) => {
    expect(await fault(code, { timeoutMs: 1e9 })).toBe("2: it needs more than 32 MB of memory");
  });

  test("may still use what it has", async () => {
    expect(await result("const kept = []; for (let i = 0; i < 24; i++) kept.push(new Uint8Array(1e6).fill(7)); return kept.length")).toBe(
      24,
    );
    expect(await result("for (let i = 0; i < 400; i++) new Uint8Array(1e6).fill(7); return 1", { timeoutMs: 1e9 })).toBe(1);
  });

  test("reaches nothing outside, and leaves nothing behind", async () => {
    expect(await fault("return {}.constructor.constructor('return process')()")).toMatch(/'process' is not defined/);
    expect(await result("return [typeof require, typeof fetch, typeof setTimeout, typeof std, typeof os, typeof WebAssembly]")).toEqual(
      Array(6).fill("undefined"),
    );
    expect(
      await result("Object.prototype.evil = 1; Array.prototype.toJSON = () => 'gone'; JSON.stringify = () => '{'; return { a: 1 }"),
    ).toEqual({ a: 1 });
    expect(await result("return [{}.evil ?? null, JSON.stringify([1])]")).toEqual([null, "[1]"]);
    expect(({} as { evil?: unknown }).evil).toBeUndefined();
  });
});
