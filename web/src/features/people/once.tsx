import type { ReactNode } from "react";
import { OnlyHere } from "../../components/only-here.tsx";
import { Button } from "../../components/ui/button.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";

interface LinkOnceProps {
  title: string;
  about: string;
  /** Null while there is none. */
  url: string | null;
  onClose: () => void;
}

/** A link that can be read only now. */
export function LinkOnce({ title, about, url, onClose }: LinkOnceProps) {
  return (
    <Dialog open={url !== null} onClose={onClose} title={title} about={about} footer={<Done onClick={onClose} />}>
      {url !== null && (
        <div className="flex flex-col gap-3">
          <CopyLine text={url} label="Copy the link" />
          <OnlyHere url={url} />
        </div>
      )}
    </Dialog>
  );
}

interface ShownOnceProps {
  /** What it is, and how it is handed over. */
  children: ReactNode;
  text: string;
  /** "Copy the link". */
  copy: string;
  onClose: () => void;
}

/** What a form made and nobody can read again, in place of the form. */
export function ShownOnce({ children, text, copy, onClose }: ShownOnceProps) {
  return (
    <div role="status" className="flex flex-col gap-4 pt-1">
      <p>{children}</p>
      <CopyLine text={text} label={copy} />
      {URL.canParse(text) && <OnlyHere url={text} />}
      <div className="flex justify-end">
        <Button kind="primary" autoFocus onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}

/** The way out of what is shown once. */
export function Done({ onClick, children = "Done" }: { onClick: () => void; children?: ReactNode }) {
  return (
    <Button kind="primary" onClick={onClick}>
      {children}
    </Button>
  );
}
