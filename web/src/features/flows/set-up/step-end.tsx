import { Link } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";

interface StepEndProps {
  onBack?: () => void;
  /** Why the next step is not available yet. */
  hint?: string | null;
  /** Takes back the last change; null where there is none, absent where nothing is changed here. */
  undo?: (() => void) | null;
  /** What is saved, or why it is not. */
  note?: ReactNode;
  children: ReactNode;
}

/** The buttons below a step: continue, back, or finish later. */
export function StepEnd({ onBack, hint = null, undo, note, children }: StepEndProps) {
  return (
    <div className="mt-8 flex flex-wrap items-center gap-2 border-t border-line pt-4">
      {onBack !== undefined && <Button onClick={onBack}>Back</Button>}
      <Button kind="quiet" asChild>
        <Link to="/flows">Finish later</Link>
      </Button>
      {undo !== undefined && (
        <Button kind="quiet" icon={<Icon of={Undo2} size={14} />} disabled={undo === null} onClick={() => undo?.()}>
          Undo
        </Button>
      )}
      <span aria-live="polite" className="ml-auto text-meta text-ink-3">
        {hint ?? note}
      </span>
      {children}
    </div>
  );
}
