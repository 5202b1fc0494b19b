import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button } from "../../../components/ui/button.tsx";

interface StepEndProps {
  onBack?: () => void;
  /** Why the next step is not available yet. */
  hint?: string | null;
  /** What is saved, or why it is not. */
  note?: ReactNode;
  children: ReactNode;
}

/** The buttons below a step: continue, back, or finish later. */
export function StepEnd({ onBack, hint = null, note, children }: StepEndProps) {
  return (
    <div className="mt-8 flex flex-wrap items-center gap-2 border-t border-line pt-4">
      {onBack !== undefined && <Button onClick={onBack}>Back</Button>}
      <Button kind="quiet" asChild>
        <Link to="/flows">Finish later</Link>
      </Button>
      <span aria-live="polite" className="ml-auto text-meta text-ink-3">
        {hint ?? note}
      </span>
      {children}
    </div>
  );
}
