import { MillraceError } from "#kernel/errors.ts";
import { canonicalJson } from "#kernel/json.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { LintFinding, Reference } from "../types/lint.ts";
import { lintFlow, type Linted } from "./lint.ts";
import { uncheckedWords } from "./references.ts";
import type { LintReader } from "./types.ts";

/** What of a flow is looked at. */
export interface Looked {
  draft: FlowDefinition;
  /** The version that runs; null where the flow is not on. */
  runs: { version: number; definition: FlowDefinition } | null;
}

/**
 * Looks at what runs and, where it differs, at the draft too. What only the draft has fails no run yet, so it is a warning; what it has
 * mended is told as such.
 */
export async function lintVersions(
  { draft, runs }: Looked,
  reader: LintReader,
  earlier: readonly Reference[],
  now: number,
): Promise<Linted> {
  if (!runs) return lintWhole(draft, reader, earlier, now);
  if (canonicalJson(runs.definition) === canonicalJson(draft)) return lintWhole(runs.definition, reader, earlier, now);
  const asked = askedOnce(reader);
  const running = await lintWhole(runs.definition, asked, earlier, now);
  const drafted = await lintWhole(draft, asked, earlier, now);
  return {
    findings: [
      ...running.findings.map((finding) => (has(drafted, finding) ? finding : { ...finding, fix: mended(runs.version) })),
      ...drafted.findings
        .filter((finding) => !has(running, finding))
        .map((finding) => ({ ...finding, level: "warning" as const, problem: `in the draft: ${finding.problem}` })),
    ],
    references: [...running.references, ...drafted.references],
    whole: running.whole && drafted.whole,
    until: drafted.until ?? running.until,
  };
}

/** A definition that cannot be read, say for a filter that is there no more, is told as such: the other one is looked at all the same. */
async function lintWhole(...[definition, reader, earlier, now]: Parameters<typeof lintFlow>): Promise<Linted> {
  try {
    return await lintFlow(definition, reader, earlier, now);
  } catch (thrown) {
    if (!(thrown instanceof MillraceError) || thrown.code !== "MAPPING_FAILED") throw thrown;
    const problem = `it cannot be read: ${thrown.message.replace(/\.$/, "")}`;
    const finding = { level: "error" as const, at: "steps", step: null, field: null, problem, fix: "Fix it and publish it again." };
    return { findings: [finding], references: [...earlier], whole: true, until: null };
  }
}

const mended = (version: number): string => `Version ${version} runs with it, and the draft has it no more: publish the draft.`;

/** A step may have moved: the same field of it with the same problem is the same. A list that cannot be asked is told once. */
const has = ({ findings }: Linted, { step, field, problem }: LintFinding): boolean =>
  findings.some(
    (other) =>
      (other.step === step && other.field === field && other.problem === problem) ||
      (whyUnchecked(problem) !== undefined && whyUnchecked(problem) === whyUnchecked(other.problem)),
  );

const whyUnchecked = (problem: string): string | undefined => problem.split(uncheckedWords)[1];

/** Two looks at once ask each list once. */
function askedOnce(reader: LintReader): LintReader {
  const lists = new Map<string, ReturnType<LintReader["rows"]>>();
  return {
    ...reader,
    rows(connection, app, lookup) {
      const key = canonicalJson([connection, app, lookup.operation, lookup.input ?? {}]);
      const asked = lists.get(key) ?? reader.rows(connection, app, lookup);
      lists.set(key, asked);
      return asked;
    },
  };
}
