import { Check, ListTodo } from "lucide-react";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";

/** What a person still has to do here. Until it is marked as done, the flow is not published. */
export function LeftToDo({ todo, onDone }: { todo: unknown; onDone: () => void }) {
  if (typeof todo !== "string") return null;
  return (
    <section aria-label="Left to do" className="flex flex-col items-start gap-2 rounded-md bg-warning-soft px-3 py-2">
      <p className="flex items-center gap-1.5 font-medium text-ink">
        <Icon of={ListTodo} size={14} className="text-warning" />
        Left to do
      </p>
      <p className="max-w-full break-words whitespace-pre-line">{todo}</p>
      <Button icon={<Icon of={Check} size={14} />} onClick={onDone}>
        Mark as done
      </Button>
    </section>
  );
}
