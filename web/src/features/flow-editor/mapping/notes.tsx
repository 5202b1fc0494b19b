import { CircleAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "../../../components/ui/icon.tsx";
import type { Flag } from "./flags.ts";

export const errorFlags = (error: string | undefined): Flag[] => (error === undefined ? [] : [{ kind: "problem", text: error }]);

interface NotesProps {
  id: string;
  flags: readonly Flag[];
  hint?: string | undefined;
  children?: ReactNode;
}

const flagIcons = { problem: CircleAlert, warning: TriangleAlert };
const flagColours = { problem: "text-failure", warning: "text-warning" };

/** What stands beneath a field. */
export function Notes({ id, flags, hint, children }: NotesProps) {
  return (
    <div id={id} className="flex flex-col gap-1 empty:hidden">
      {children}
      {flags.map(({ kind, text }) => (
        <p key={text} className={`flex gap-1.5 text-meta ${flagColours[kind]}`}>
          <Icon of={flagIcons[kind]} size={12} className="mt-0.5 shrink-0" />
          <span className="min-w-0">{text}</span>
        </p>
      ))}
      {hint !== undefined && flags.length === 0 && <p className="text-meta text-ink-3">{hint}</p>}
    </div>
  );
}
