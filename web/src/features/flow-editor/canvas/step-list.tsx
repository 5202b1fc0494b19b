import { memo } from "react";
import type { StepDefinition } from "#api/schemas.ts";
import { cx } from "../../../lib/cx.ts";
import { kindOf, listLabel, listMembersOf } from "../document/kinds.ts";
import { firstNumberIn } from "../document/place.ts";
import { keysOf } from "./context.tsx";
import { Gap } from "./gap.tsx";
import { StepCard } from "./card.tsx";

interface StepListProps {
  steps: readonly StepDefinition[];
  /** The key of the list's place. */
  list: string;
  /** What stands before the numbers of its steps: `3.` */
  prefix: string;
  /** Where its first step goes as long as it has none: "inside step 2, otherwise". */
  inside?: string;
  /** The number of its first step. */
  first?: number;
  faded?: boolean;
}

/** The steps of a list one under the other, with a plus between them. */
export const StepList = memo(function StepList({ steps, list, prefix, inside = "as the first", first = 1, faded = false }: StepListProps) {
  const keys = keysOf(steps);
  return (
    <ol>
      {steps.map((step, index) => {
        const place = { step, at: `${list}.${index}`, number: `${prefix}${first + index}`, faded };
        return (
          <li key={keys[index]}>
            <Gap list={list} index={index} where={`before step ${place.number}`} />
            <StepCard {...place} />
            <Inside {...place} />
          </li>
        );
      })}
      <li>
        <Gap
          list={list}
          index={steps.length}
          last
          where={steps.length === 0 ? inside : `after step ${prefix}${first + steps.length - 1}`}
        />
      </li>
    </ol>
  );
});

const none: readonly StepDefinition[] = [];

/** The steps inside a step: branches side by side under their labels, a loop in a frame. */
function Inside({ step, at, number, faded }: { step: StepDefinition; at: string; number: string; faded: boolean }) {
  const members = listMembersOf(step);
  if (members.length === 0) return null;
  const off = faded || step.off === true;
  const isLoop = kindOf(step) === "forEach";
  return (
    <div
      className={cx(
        "mx-auto mt-2 grid gap-2 rounded-lg",
        isLoop ? "border border-dashed border-line-strong bg-sunken/60 p-2" : "grid-cols-[repeat(auto-fit,minmax(min(100%,15rem),1fr))]",
      )}
    >
      {members.map((member) => {
        const inner = (step as unknown as Record<string, unknown>)[member];
        return (
          <section
            key={member}
            aria-label={`${listLabel(step, member)}, step ${number}`}
            className={cx("@container min-w-0 rounded-lg px-2 pt-2 sm:px-3", !isLoop && "border border-line bg-sunken/60")}
          >
            <h4 className="text-meta font-medium text-ink-2">{listLabel(step, member)}</h4>
            <StepList
              steps={Array.isArray(inner) ? (inner as StepDefinition[]) : none}
              list={`${at}.${member}`}
              prefix={`${number}.`}
              inside={`inside step ${number}${isLoop ? "" : `, ${listLabel(step, member).toLowerCase()}`}`}
              first={firstNumberIn(step, member)}
              faded={off}
            />
          </section>
        );
      })}
    </div>
  );
}
