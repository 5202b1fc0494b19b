import { webhookEvents, type WebhookEventType, webhookEventTypes } from "#kernel/webhook-events.ts";
import { Checkbox } from "../../components/ui/checkbox.tsx";

interface EventTicksProps {
  chosen: readonly string[];
  onChange: (chosen: WebhookEventType[]) => void;
}

/** Which events an endpoint is sent. */
export function EventTicks({ chosen, onChange }: EventTicksProps) {
  const known = webhookEventTypes.filter((type) => chosen.includes(type));
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Events</legend>
      <ul className="rounded-md border border-line">
        {webhookEventTypes.map((type) => (
          <li key={type} className="border-line not-first:border-t">
            <label className="flex min-h-9 items-center gap-2.5 px-3 py-1.5">
              <Checkbox
                label={webhookEvents[type]}
                checked={chosen.includes(type)}
                onChange={(on) => onChange(on ? [...known, type] : known.filter((one) => one !== type))}
              />
              <span className="min-w-0 flex-1">{webhookEvents[type]}</span>
              <code className="font-mono text-meta text-ink-3 max-sm:hidden">{type}</code>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
