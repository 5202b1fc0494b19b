import type { FlowView, LintFinding } from "#api/schemas.ts";
import { lostInFinding } from "../lib/lost-name.ts";
import { UseInstead } from "./use-instead.tsx";

/** What a click would mend in a flow that is on. A draft is nobody's trouble yet. */
export const offersOf = ({ status, lint }: FlowView): LintFinding[] =>
  status === "on" ? (lint?.troubles ?? []).filter(({ repair }) => repair !== undefined) : [];

/** New names for what a flow calls by an old one: each with the button that writes it. */
export function Offers({ flow }: { flow: FlowView }) {
  const offers = offersOf(flow);
  if (offers.length === 0) return null;
  return (
    <ul aria-label={`New names in ${flow.name}`} className="mt-2 flex flex-col gap-2">
      {offers.map((finding) => {
        const lost = lostInFinding(flow.id, finding);
        if (lost === null) return null;
        return (
          <li key={`${finding.at} ${finding.problem}`} className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <span className="min-w-0 flex-1 basis-60 text-ink-2">
              {`${finding.where.charAt(0).toUpperCase()}${finding.where.slice(1)}: ${finding.problem}.`}
            </span>
            <UseInstead lost={lost} atOnce={finding.level === "warning" && lost.near} />
          </li>
        );
      })}
    </ul>
  );
}
