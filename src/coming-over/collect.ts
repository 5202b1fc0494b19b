import type { FlowDefinition } from "#engine/flow/format.ts";
import { layoutLeft } from "./fields.ts";
import type { NeutralFlow } from "./neutral.ts";
import type { Part } from "./part.ts";
import type { ImportedFlow } from "./result.ts";
import { measure, writeFlow } from "./write-flow.ts";

/** As many steps as a flow can have, and as deep. */
const mostSteps = 200;
const deepestSteps = 8;

/** What became of one flow: its drafts, and the account of its values. */
export function collect(name: string, part: Part, flows: readonly NeutralFlow[]): ImportedFlow {
  const drafts: FlowDefinition[] = [];
  const refused: string[] = [];
  for (const flow of flows) {
    const { steps, depth } = measure(flow.steps);
    if (steps > mostSteps) refused.push(`It would have ${steps} steps, and a flow has ${mostSteps} at most: divide it into several.`);
    else if (depth > deepestSteps) refused.push(`Its branches and loops lie ${depth} levels deep, and a flow has ${deepestSteps} at most.`);
    else drafts.push(writeFlow(flow));
  }
  const { ledger } = part;
  return {
    name,
    drafts,
    counts: ledger.counts(part),
    todo: ledger.todo(part),
    leftOut: ledger.leftOut(part),
    ...(drafts.length === 0 ? { refused: refused[0] ?? "There is nothing in it that starts a flow." } : {}),
  };
}

/** Lists whatever of a part nobody has read: its members, each with its value. */
export function listRest(part: Part, at: string): void {
  if (part.ledger.isSettled(part)) return;
  for (const [key, member] of part.entries())
    if (!part.ledger.isSettled(member)) {
      const untouched = member.ledger.counts(member);
      if (untouched.lost === member.end - member.start) member.listed(unread(`${at} › ${key}`));
      else listRest(member, `${at} › ${key}`);
    }
}

const unread = (at: string) => ({
  at,
  why: "this setting has no equal here, or it is not known",
  todo: "look whether the flow needs it",
});

/** Leaves what only an editor needs. */
export const leaveLayout = (part: Part, ...names: string[]): void => part.leaveAt(layoutLeft, ...names);
