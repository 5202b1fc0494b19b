import { useQuery } from "@tanstack/react-query";
import type { FlowView, InboxView } from "#api/schemas.ts";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { flowsQuery } from "../../lib/queries.ts";

/** The flows that start from events of an inbox and name none of their own. */
export function useUnboundFlows(app: string): FlowView[] {
  const flows = useQuery(flowsQuery()).data ?? [];
  return flows.filter(({ trigger }) => trigger.app === app && trigger.inboxes !== null && trigger.inbox === null);
}

/** Whether one of the inboxes starts every flow that names none: a further one then starts only what is ticked. */
export const isSecond = (inboxes: readonly InboxView[], app: string): boolean =>
  inboxes.some((inbox) => inbox.app === app && inbox.flows === null);

interface FlowTicksProps {
  flows: readonly FlowView[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Which flows also start from this inbox. */
export function FlowTicks({ flows, chosen, onChange }: FlowTicksProps) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Flows that also start from this inbox</legend>
      <p className="mb-2 text-meta text-ink-3">
        They go on starting from the inbox they use now. Tick one only where this app works in other sub-accounts: an event that comes to
        both inboxes would start it twice.
      </p>
      {flows.length === 0 ? (
        <p className="text-ink-2">No flow waits for such events yet.</p>
      ) : (
        <ul className="max-h-48 overflow-y-auto rounded-md border border-line">
          {flows.map(({ id, name, trigger }) => (
            <li key={id} className="border-line not-first:border-t">
              <label className="flex min-h-9 items-center gap-2.5 px-3 py-1.5">
                <Checkbox
                  label={name}
                  checked={chosen.includes(id)}
                  onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((one) => one !== id))}
                />
                <span className="min-w-0 flex-1">
                  <bdi className="block truncate">{name}</bdi>
                  <span className="block truncate text-meta text-ink-3">{trigger.title}</span>
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}
