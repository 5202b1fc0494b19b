import { FileUp } from "lucide-react";
import { useRef } from "react";
import { Button } from "./ui/button.tsx";
import { Icon } from "./ui/icon.tsx";

interface FileChoiceProps {
  label: string;
  accept: string;
  busy?: boolean;
  onFile?: (file: File) => void;
  onText?: (text: string) => void;
}

/** The browser's own choice of a file, behind a button. */
export function FileChoice({ label, accept, busy = false, onFile, onText }: FileChoiceProps) {
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={chooser}
        type="file"
        accept={accept}
        aria-label={label}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = "";
          if (file === undefined) return;
          onFile?.(file);
          if (onText) void file.text().then(onText);
        }}
      />
      <Button icon={<Icon of={FileUp} size={14} />} busy={busy} onClick={() => chooser.current?.click()}>
        {label}
      </Button>
    </>
  );
}
