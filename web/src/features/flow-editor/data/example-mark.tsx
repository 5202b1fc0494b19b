import type { Sample } from "./types.ts";
import { isExample } from "./samples.ts";

/** Stands beside a value that no event and no call has given. */
export const ExampleMark = () => <span className="shrink-0 rounded-sm bg-warning-soft px-1 text-meta text-warning">example</span>;

/** Says of a source that its values are made up, or what a dry run with the chosen sample gave. */
export function SourceMark({ sample, source }: { sample: Sample | null; source: string }) {
  if (isExample(sample, source)) return <ExampleMark />;
  if (sample?.dry?.includes(source) !== true) return null;
  return <span className="shrink-0 rounded-sm bg-neutral-soft px-1 text-meta text-ink-2">from the dry run</span>;
}
