import type { Json } from "#kernel/json.ts";

/** An example of what a script returns. */
export interface ScriptTest {
  name: string;
  /** What it reads, by name. */
  data?: Record<string, Json> | undefined;
  expect: Json;
}

/** A script with the tests beside it. */
export interface ScriptWithTests {
  code: string;
  language?: "javascript" | "typescript" | undefined;
  timeoutMs?: number | undefined;
  tests?: readonly ScriptTest[] | undefined;
}

/** What became of one test. */
export interface ScriptTestResult {
  name: string;
  passed: boolean;
  /** What it returned; null where it failed. */
  output: Json;
  /** Why it failed, in words; null where it returned something. */
  problem: string | null;
  line: number | null;
  log: string[];
  durationMs: number;
}
