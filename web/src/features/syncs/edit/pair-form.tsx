import { Check, Equal, X } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import type { BothWords } from "../types.ts";
import { FieldPick } from "./field-pick.tsx";

interface PairFormProps {
  words: BothWords;
  className: string;
  onAdd: (pair: { a: string; b: string }) => void;
  onCancel: () => void;
}

/** Two fields that belong together, chosen one after the other. */
export function PairForm({ words, className, onAdd, onCancel }: PairFormProps) {
  const [a, setA] = useState("");
  const [b, setB] = useState("");
  return (
    <div className={className} role="group" aria-label="Two fields that belong together">
      <FieldPick label={`Field of ${words.a.account}`} words={words.a} value={a} onChange={setA} />
      <Icon of={Equal} size={14} className="mx-auto text-ink-3" />
      <FieldPick label={`Field of ${words.b.account}`} words={words.b} value={b} onChange={setB} />
      <span className="flex">
        <IconButton label="Add these two" disabled={a === "" || b === ""} onClick={() => onAdd({ a, b })}>
          <Icon of={Check} size={14} />
        </IconButton>
        <IconButton label="Cancel" onClick={onCancel}>
          <Icon of={X} size={14} />
        </IconButton>
      </span>
    </div>
  );
}
