import type { DryRun } from "#engine/api.ts";
import type { AnyStep } from "#engine/flow/kinds/kind.ts";
import { stepTitle, type Titles } from "#engine/flow/sentence.ts";
import { stepKinds } from "#engine/flow/kinds/kinds.ts";
import type { StepRecord } from "#engine/types/steps.ts";
import { isObject } from "#kernel/json.ts";
import type { OutlineStep } from "#api/schemas.ts";

/** Pure: what became of each step of a flow in a dry run, in the order of the flow. */
export function outlineOf({ definition, steps, skipped }: DryRun, titles: Titles): OutlineStep[] {
  const why = new Map(skipped.map((each) => [plainPath(each.step), each.why]));
  const records = new Map<string, StepRecord>();
  for (const step of steps) if (!records.has(plainPath(step.path))) records.set(plainPath(step.path), step);
  const outline = new Outline(records, why, titles);
  outline.add(definition.steps, "steps", "", null);
  return outline.rows;
}

/** `each[3]/note` as `each/note`. */
const plainPath = (path: string): string => path.replace(/\[\d+\]/g, "");

class Outline {
  readonly rows: OutlineStep[] = [];
  readonly #records: ReadonlyMap<string, StepRecord>;
  readonly #why: ReadonlyMap<string, string>;
  readonly #titles: Titles;

  constructor(records: ReadonlyMap<string, StepRecord>, why: ReadonlyMap<string, string>, titles: Titles) {
    this.#records = records;
    this.#why = why;
    this.#titles = titles;
  }

  /** `closed`: why none of them is reached; null: they may be. Returns why nothing after them is. */
  add(steps: readonly AnyStep[], at: string, prefix: string, closed: string | null): string | null {
    let reason = closed;
    for (const [i, step] of steps.entries()) {
      const row = this.#row(step, `${at}[${i}]`, `${prefix}${step.id}`, reason);
      this.rows.push(row);
      const ends = stepKinds.listsOf(step).map(([member, inner]) => {
        const closedInside = reason ?? this.#insideClosed(row, member);
        const ended = this.add(inner, `${row.at}.${member}`, `${row.path}/`, closedInside);
        return closedInside === null ? ended : null;
      });
      reason ??= endOf(row, step, this.#titles) ?? ends.find((end) => end !== null) ?? null;
    }
    return reason;
  }

  #row(step: AnyStep, at: string, path: string, reason: string | null): OutlineStep {
    const common = { at, path, step: step.id };
    const record = this.#records.get(path);
    const why = this.#why.get(path);
    const said = record?.state === "waiting" ? record.error?.message : why;
    if (record) return { ...common, state: stateOf(record, step), ...(said !== undefined && { why: said }) };
    if (why !== undefined) return { ...common, state: "incomplete", why };
    return { ...common, state: "not_reached", ...(reason !== null && { why: reason }) };
  }

  #insideClosed({ path, state }: OutlineStep, member: string): string | null {
    if (state === "incomplete") return "the step around it is not complete";
    const output = this.#records.get(path)?.output;
    if (!isObject(output)) return "the step around it fails";
    if (typeof output["taken"] === "string" && output["taken"] !== member) return "the other branch is taken";
    return Array.isArray(output["items"]) && output["items"].length === 0 ? "the list is empty" : null;
  }
}

function stateOf({ state, output }: StepRecord, step: AnyStep): OutlineStep["state"] {
  if (state !== "succeeded") return state === "skipped" || state === "waiting" ? state : "failed";
  if ("stop" in step) return "stopped";
  return "filter" in step && isObject(output) && output["passed"] === false ? "filtered" : "done";
}

/** Why nothing after a step is reached; null where something is. */
function endOf({ state }: OutlineStep, step: AnyStep, titles: Titles): string | null {
  const title = `'${stepTitle(step, titles)}'`;
  if (state === "filtered" || state === "stopped") return `${title} ends the run`;
  if (state === "waiting") return `${title} would wait first`;
  return state === "failed" && step.onError !== "continue" ? `${title} fails` : null;
}
