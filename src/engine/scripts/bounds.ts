/** What one script may take. */
export const scriptBounds = {
  /** Characters of its code. */
  code: 20_000,
  usualMs: 1000,
  longestMs: 10_000,
  memory: 32 * 1024 * 1024,
  stack: 128 * 1024,
  /** Characters of its result, as JSON. */
  output: 256 * 1024,
  outputDepth: 100,
  /** Lines it may write, and the characters of one. */
  lines: 100,
  line: 2000,
} as const;
