import type { ReactNode } from "react";
import { OnlyHere } from "./only-here.tsx";
import { Button } from "./ui/button.tsx";
import { CopyLine } from "./ui/copy.tsx";

interface ShownOnceProps {
  /** What it is, and how to pass it on. */
  children: ReactNode;
  /** The secret, or the link. */
  text: string;
  /** "Copy the link". */
  copyLabel: string;
  onDone: () => void;
}

/** A secret or a link that cannot be shown again, with a button to copy it. */
export function ShownOnce({ children, text, copyLabel, onDone }: ShownOnceProps) {
  return (
    <div role="status" className="flex flex-col gap-4 pt-1">
      <p>{children}</p>
      <CopyLine text={text} label={copyLabel} />
      {URL.canParse(text) && <OnlyHere url={text} />}
      <div className="flex justify-end">
        <Button kind="primary" autoFocus onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
