import { Select } from "../../../components/ui/field.tsx";
import { useNow } from "../../../lib/clock.ts";
import { relativeTime } from "../../../lib/time.ts";
import { isMadeUp, originWords } from "../data/samples.ts";
import type { Sample } from "../data/types.ts";
import { useSamples } from "./samples-context.tsx";
import { sampleTitle } from "../../flows/sample.ts";

/** Chooses the sample whose values the editor shows. */
export function SampleChoice({ label }: { label: string }) {
  const { samples, sample, choose } = useSamples();
  const now = useNow();
  const words = (one: Sample) => `${sampleTitle(one)}, ${sampleAge(one, now)}${one.filtered ? ", filtered" : ""}`;
  return (
    <p className="flex min-w-0 items-center gap-2 text-meta text-ink-3">
      <span className="shrink-0">{label}</span>
      {samples.length === 1 ? (
        <span className="min-w-0 truncate text-ink-2">{isMadeUp(sample) ? "an example: no event has arrived yet" : words(sample)}</span>
      ) : (
        <Select
          aria-label={`${label}: which sample`}
          className="max-w-52 min-w-0"
          value={sample.id}
          onChange={(event) => choose(event.target.value)}
        >
          {samples.map((one) => (
            <option key={one.id} value={one.id}>
              {words(one)}
            </option>
          ))}
        </Select>
      )}
    </p>
  );
}

/** When it came, or where it is from. */
export const sampleAge = ({ from, at }: Sample, now: number): string => (from === "event" ? relativeTime(at, now) : originWords[from]);
