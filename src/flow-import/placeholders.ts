import type { Expr } from "./expr.ts";
import { readField, type ReadText } from "./fields.ts";
import type { NeutralStep } from "./neutral.ts";
import { holdsNothing, type ExportNode } from "./export-node.ts";

export interface Foreign {
  id: string;
  title: string;
}

/** What to do about a step of an app that nobody has described here. */
export const unknownApp = (what: string): string =>
  `add ${what} under Apps and choose its operation here, or fill in the address of its API; then switch the step on`;

/**
 * Stands for a step of an app that the catalog does not have: a request that is switched off, with the fields that the step had as its data. So
 * nothing of them is lost, and nothing is sent anywhere.
 */
export function placeholder({ id, title }: Foreign, members: readonly [string, ExportNode][], at: string, read: ReadText): NeutralStep {
  const body: [string, Expr][] = [];
  for (const [name, part] of members) {
    const value = holdsNothing(part.value) ? undefined : readField(part, `${at} › ${name}`, read, name);
    if (value !== undefined) body.push([name, value]);
  }
  return {
    id,
    title,
    off: true,
    does: "action",
    app: "http",
    operation: "post",
    input: body.length === 0 ? {} : { body: { is: "object", members: body } },
  };
}
