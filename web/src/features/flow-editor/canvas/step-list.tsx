import { GitBranchPlus } from "lucide-react";
import { memo } from "react";
import type { StepDefinition } from "#api/schemas.ts";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { type Column, columnsOf } from "../document/columns.ts";
import { kindOf, listLabel } from "../document/kinds.ts";
import { firstNumberIn, placeFromKey } from "../document/place.ts";
import { furtherLabel } from "../words/further-label.ts";
import { keysOf, useCanvas } from "./context.tsx";
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
  const columns = columnsOf({ step, at, number });
  if (columns.length === 0) return null;
  const off = faded || step.off === true;
  const isLoop = kindOf(step) === "forEach";
  return (
    <div className="@container mt-2">
      <div
        className={cx(
          "grid gap-2 rounded-lg",
          isLoop ? "border border-dashed border-line-strong bg-sunken/60 p-2" : sideBySide(columns.length),
        )}
      >
        {columns.map((column) => (
          <InnerList key={`${column.at}.${column.member}`} column={column} faded={off} />
        ))}
      </div>
    </div>
  );
}

/** One beside the other where all of them fit, else one below the other: none is cut off. */
const sideBySide = (columns: number): string => (columns > 2 ? "" : "@[28rem]:auto-cols-[minmax(14rem,1fr)] @[28rem]:grid-flow-col");

function InnerList({ column, faded }: { column: Column; faded: boolean }) {
  const { step, at, number, member, isFurther } = column;
  const isLoop = member === "do";
  const label = isFurther ? furtherLabel : listLabel(step, member);
  const inner = (step as unknown as Record<string, unknown>)[member];
  return (
    <section
      aria-label={`${label}, step ${number}`}
      className={cx("@container min-w-0 rounded-lg px-2 pt-2 sm:px-3", !isLoop && "border border-line bg-sunken/60")}
    >
      <div className="flex min-h-6 flex-wrap items-center gap-x-2">
        <h4 className="text-meta font-medium text-ink-2">{label}</h4>
        {member === "else" && <AnotherCondition at={at} />}
      </div>
      {isFurther && (
        <>
          <Gap list={at.slice(0, at.lastIndexOf("."))} index={0} where={`before step ${number}`} />
          <StepCard step={step} at={at} number={number} faded={faded} />
        </>
      )}
      <StepList
        steps={Array.isArray(inner) ? (inner as StepDefinition[]) : none}
        list={`${at}.${member}`}
        prefix={`${number}.`}
        inside={`inside step ${number}${isLoop ? "" : `, ${listLabel(step, member).toLowerCase()}`}`}
        first={firstNumberIn(step, member)}
        faded={faded}
      />
    </section>
  );
}

/** Asks something else first, where the condition above does not hold. */
function AnotherCondition({ at }: { at: string }) {
  const { act } = useCanvas();
  return (
    <button
      type="button"
      onClick={() => act("condition", placeFromKey(at)!)}
      className="ml-auto inline-flex min-h-6 items-center gap-1 rounded-sm text-meta text-accent-ink hover:underline"
    >
      <Icon of={GitBranchPlus} size={13} />
      Add a way
    </button>
  );
}
