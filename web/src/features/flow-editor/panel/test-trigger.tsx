import { useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import type { FlowDetail } from "#api/schemas.ts";
import { EventView } from "../../../components/event-view.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { useNow } from "../../../lib/clock.ts";
import { cx } from "../../../lib/cx.ts";
import { samplesQuery } from "../../../lib/queries.ts";
import { needsNoEvent, noSample, origins, sampleTitle } from "../../flows/sample.ts";
import { sampleAge } from "../trying/sample-choice.tsx";
import { StartNow } from "./start-now.tsx";
import { useSamples } from "../trying/samples-context.tsx";

/** The newest samples of the trigger. The whole editor shows the values of the one that is chosen. */
export function TestTrigger({ flow }: { flow: FlowDetail }) {
  const { samples, sample, choose } = useSamples();
  const cache = useQueryClient();
  const now = useNow();
  const isMade = sample.id === "made";
  const startsItself = needsNoEvent(flow.trigger.kind);
  return (
    <>
      {startsItself ? (
        <StartNow flow={flow} />
      ) : (
        <p className="text-ink-2">
          {isMade ? noSample(flow) : "Fields, tests and the dry run show the values of the sample that is chosen here."}
        </p>
      )}
      {!isMade && (
        <fieldset>
          <legend className="mb-1.5 font-medium">{startsItself ? "When it starts" : "Samples"}</legend>
          <ul className="divide-y divide-line rounded-md border border-line">
            {samples.map((one) => (
              <li key={one.id}>
                <label className={cx("flex min-h-9 items-center gap-2.5 px-3 py-1.5 hover:bg-hover", one.id === sample.id && "bg-sunken")}>
                  <input
                    type="radio"
                    name="sample"
                    className="accent-accent"
                    checked={one.id === sample.id}
                    onChange={() => choose(one.id)}
                  />
                  <bdi className="min-w-0 flex-1 truncate font-medium">{sampleTitle(one)}</bdi>
                  <span className="shrink-0 text-meta text-ink-3">{sampleAge(one, now)}</span>
                </label>
              </li>
            ))}
          </ul>
        </fieldset>
      )}
      {!startsItself && (
        <div>
          <Button
            icon={<Icon of={RotateCw} size={14} />}
            onClick={() => void cache.invalidateQueries({ queryKey: samplesQuery(flow.id).queryKey })}
          >
            Look for new samples
          </Button>
        </div>
      )}
      {sample.from !== "event" && sample.from !== "edited" && <p className="text-ink-2">{origins[sample.from].about}</p>}
      <EventView trigger={flow.definition.trigger} value={sample.values["trigger"]} open={2} />
    </>
  );
}
