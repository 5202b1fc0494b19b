import type { RunDetail } from "#api/schemas.ts";
import { keyLabels } from "../../lib/key-labels.ts";
import { Change } from "../../components/change.tsx";

const label = keyLabels();
/** The key itself shows on hover. */
const labelOf = (field: string): string => label(field.split(".")) ?? field;

/** What an event changed of its record, for a flow that keeps old values. */
export function Changed({ change }: { change: NonNullable<RunDetail["change"]> }) {
  if (!change.known) return <p className="text-ink-2">This record was met for the first time, so nothing is known of before.</p>;
  return (
    <>
      {change.late && <p className="mb-1.5 text-ink-2">It came late: something newer of this record was known already.</p>}
      {change.fields.length === 0 ? (
        <p className="text-ink-2">Nothing but the time of the event.</p>
      ) : (
        <dl className="grid grid-cols-[minmax(6rem,10rem)_minmax(0,1fr)] gap-x-4 gap-y-1.5">
          {change.fields.map((field) => (
            <div key={field} className="contents">
              <dt className="truncate text-ink-3" title={field}>
                <bdi>{labelOf(field)}</bdi>
              </dt>
              <dd className="min-w-0">
                <Change before={change.old[field]} after={change.new[field]} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
