import { Equal, X } from "lucide-react";
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

/** Two fields that belong together: once both are chosen they are added. */
export function PairForm({ words, className, onAdd, onCancel }: PairFormProps) {
  const [a, setA] = useState("");
  const [b, setB] = useState("");
  const choose = (names: { a: string; b: string }) => {
    setA(names.a);
    setB(names.b);
    if (names.a !== "" && names.b !== "") onAdd(names);
  };
  return (
    <div className={className} role="group" aria-label="Two fields that belong together">
      <FieldPick label={`Field of ${words.a.account}`} words={words.a} value={a} onChange={(name) => choose({ a: name, b })} />
      <Icon of={Equal} size={14} className="mx-auto text-ink-3" />
      <FieldPick label={`Field of ${words.b.account}`} words={words.b} value={b} onChange={(name) => choose({ a, b: name })} />
      <span className="flex">
        <IconButton label="Cancel" onClick={onCancel}>
          <Icon of={X} size={14} />
        </IconButton>
      </span>
    </div>
  );
}
