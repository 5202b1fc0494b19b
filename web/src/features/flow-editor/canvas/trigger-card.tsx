import { memo } from "react";
import { TriangleAlert, Zap } from "lucide-react";
import type { FlowDefinition } from "#api/schemas.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { plural } from "../../../lib/words.ts";
import { isSame, triggerPlace } from "../document/place.ts";
import { useDraftPart } from "../draft/context.tsx";
import { triggerWords } from "../words/trigger-words.ts";
import { useCanvas } from "./context.tsx";

/** What starts the flow, in one line of words. */
export const TriggerCard = memo(function TriggerCard({ trigger, findings }: { trigger: FlowDefinition["trigger"]; findings: number }) {
  const { names, act } = useCanvas();
  const selected = useDraftPart((view) => view.selected !== null && isSame(view.selected, triggerPlace));
  const app = trigger?.app;
  return (
    <div
      className={cx(
        "rounded-lg border bg-raised transition-[border-color]",
        selected ? "border-accent ring-1 ring-accent" : "border-line hover:border-line-strong",
      )}
    >
      <button
        type="button"
        data-card="trigger"
        aria-current={selected || undefined}
        onClick={() => act("open", triggerPlace)}
        className="flex w-full min-w-0 items-center gap-3 rounded-lg px-3 py-2.5 text-left -outline-offset-2"
      >
        {typeof app === "string" && app !== "" ? (
          <AppMark app={app} size={32} />
        ) : (
          <span className="grid size-8 shrink-0 place-items-center rounded-md bg-neutral-soft text-ink-2">
            <Icon of={Zap} />
          </span>
        )}
        <span className="min-w-0 flex-1">
          <span className="block text-meta text-ink-3">When</span>
          <bdi className="line-clamp-2 text-body font-medium">{triggerWords(trigger, names)}</bdi>
          {findings > 0 && (
            <span className="mt-0.5 flex items-center gap-1.5 text-warning">
              <Icon of={TriangleAlert} size={13} className="shrink-0" />
              {plural(findings, "thing")} to look at
            </span>
          )}
        </span>
      </button>
    </div>
  );
});
