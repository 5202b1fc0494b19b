import type { ReactNode } from "react";
import { messageOf } from "../lib/query.ts";
import { Button } from "./ui/button.tsx";
import { Problem } from "./ui/problem.tsx";

export interface FormEndProps {
  /** What went wrong with the last try. */
  error: unknown;
  /** A verb with its object: "Add inbox". */
  action: string;
  ready: boolean;
  busy: boolean;
  onCancel: () => void;
  /** Another way out, at the left. */
  aside?: ReactNode;
}

/** The end of a form in a dialog: what went wrong, and the ways out, which stay in sight however long the form is. */
export function FormEnd({ error, action, ready, busy, onCancel, aside }: FormEndProps) {
  return (
    <div className="sticky -bottom-5 -mx-5 -mb-5 flex flex-col gap-3 rounded-b-lg border-t border-line bg-raised px-5 py-3">
      {error !== null && <Problem className="max-h-[30vh] overflow-y-auto break-words">{messageOf(error)}</Problem>}
      <div className="flex flex-wrap justify-end gap-2">
        {aside !== undefined && <div className="mr-auto">{aside}</div>}
        <Button onClick={onCancel}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={!ready} busy={busy}>
          {action}
        </Button>
      </div>
    </div>
  );
}
