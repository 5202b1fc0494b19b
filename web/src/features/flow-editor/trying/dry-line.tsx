import { useId } from "react";
import { LoaderCircle } from "lucide-react";
import type { FlowDetail } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { Switch } from "../../../components/ui/switch.tsx";
import { cx } from "../../../lib/cx.ts";
import { useDry } from "./dry-context.tsx";
import type { StepNames } from "../words/step-names.ts";
import { useMayTry } from "./may-try.tsx";
import { SampleChoice } from "./sample-choice.tsx";
import { TestAll } from "./test-all.tsx";

/** Above the column: whether the cards say what they would do, with whose values, and how the whole would end. */
export function DryLine({ flow, names }: { flow: FlowDetail; names: StepNames }) {
  const { on, turn, busy, failure, reply, isOld } = useDry();
  const { waits, tryIt } = useMayTry();
  const id = useId();
  return (
    <div className="mx-auto mb-3 flex w-full max-w-2xl flex-wrap items-center gap-x-4 gap-y-1.5 sm:pl-6">
      <span className="flex min-h-8 items-center gap-2">
        <Switch id={id} checked={on} onChange={turn} />
        <label htmlFor={id} className="text-ink-2">
          Dry run as you type
        </label>
      </span>
      <SampleChoice label="With" />
      {on && busy && <Icon of={LoaderCircle} size={13} className="shrink-0 animate-turn text-ink-3" />}
      <TestAll flow={flow} names={names} />
      {waits !== null && (
        <p role="status" className="flex basis-full flex-wrap items-center gap-2 text-meta text-warning">
          <span>{waits}</span>
          <Button onClick={tryIt}>Try it</Button>
        </p>
      )}
      {on && (failure ?? reply) !== null && (
        <p role="status" className={cx("basis-full text-meta", failure === null ? "text-ink-3" : "text-warning", isOld && "outdated")}>
          {failure ?? reply?.summary}
        </p>
      )}
    </div>
  );
}
