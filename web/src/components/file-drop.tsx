import { type DragEvent, useState } from "react";
import { cx } from "../lib/cx.ts";
import { FileChoice } from "./file-choice.tsx";

interface FileDropProps {
  /** What it is for people who cannot see it. */
  label: string;
  hint: string;
  accept: string;
  busy?: boolean;
  onFile: (file: File) => void;
}

/** A place to drop a file, with the browser's own choice of one in it. */
export function FileDrop({ label, hint, accept, busy = false, onFile }: FileDropProps) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <div
      role="group"
      aria-label={label}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cx(
        "flex flex-col items-center gap-3 rounded-lg border border-dashed px-6 py-10 text-center transition-colors",
        isOver ? "border-focus bg-selected" : "border-line-strong bg-raised",
      )}
    >
      <p className="text-ink-2">{hint}</p>
      <FileChoice label="Choose a file" accept={accept} onFile={onFile} busy={busy} />
    </div>
  );
}
