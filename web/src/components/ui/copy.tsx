import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";

/** Copies a text and says so for a moment. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1_600);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton small label={copied ? "Copied" : label} onClick={() => void copyText(text).then(() => setCopied(true))}>
      <Icon of={copied ? Check : Copy} size={14} className={copied ? "text-success" : ""} />
    </IconButton>
  );
}

/** The clipboard is only offered on https and localhost; elsewhere the old way through a selection still works. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** One line of code or an address, with its copy button. */
export function CopyLine({ text, label }: { text: string; label: string }) {
  return (
    <div className="flex items-center gap-1 rounded-md border border-line bg-sunken py-0.5 pr-1 pl-2.5">
      <code className="min-w-0 flex-1 truncate font-mono text-meta text-ink" title={text}>
        {text}
      </code>
      <CopyButton text={text} label={label} />
    </div>
  );
}
