import { Eraser } from "lucide-react";
import type { InputField } from "#catalog/types.ts";
import { Button } from "../ui/button.tsx";
import type { ControlIds } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { useApps } from "../../lib/apps.ts";

/** Custom fields are emptied one by one, by their names. */
export function hintOf({ help, control }: InputField, mayEmpty: boolean): string | undefined {
  if (control !== "customFields" || mayEmpty) return help;
  const how = 'To empty one, give it the value { "$empty": true }.';
  return help === undefined ? how : `${help} ${how}`;
}

/** Left blank, a field keeps what it holds: emptying it is a wish of its own. */
export function EmptyThis({ label, onEmpty }: { label: string; onEmpty: () => void }) {
  return (
    <button
      type="button"
      aria-label={`Empty this field: ${label}`}
      onClick={onEmpty}
      className="shrink-0 rounded-sm font-medium text-ink-2 underline decoration-line-strong underline-offset-2 hover:text-ink"
    >
      Empty this field
    </button>
  );
}

interface EmptiedProps {
  ids: ControlIds;
  label: string;
  app: string;
  onKeep: () => void;
}

/** In place of the control: what the call will do, and the way back. */
export function Emptied({ ids, label, app, onKeep }: EmptiedProps) {
  const apps = useApps();
  return (
    <div
      id={ids.id}
      role="group"
      aria-label={`${label}: will be emptied`}
      className="flex items-center gap-2 rounded-md bg-warning-soft py-1 pr-1 pl-2.5"
    >
      <Icon of={Eraser} size={14} className="shrink-0 text-warning" />
      <p className="min-w-0 flex-1 py-0.5">Will be emptied: what {apps.title(app)} holds here is removed.</p>
      <Button kind="quiet" autoFocus onClick={onKeep} aria-label={`Do not empty ${label}`}>
        Undo
      </Button>
    </div>
  );
}
