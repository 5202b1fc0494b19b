import { lazy, Suspense } from "react";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";

const ScriptEditor = lazy(() =>
  import("../flow-editor/kinds/code/script-editor.tsx").then(({ ScriptEditor: part }) => ({ default: part })),
);

/** A rule's script sees nothing but its value. */
const words = {
  data: {
    sources: [{ name: "value", kind: "trigger", title: "The value", app: null, fields: [] }],
    samples: [],
    sample: null,
    zone: "UTC",
  },
  input: [],
} as const;
const noProblems = [] as const;

interface ScriptFieldProps {
  code: string;
  isTyped: boolean;
  onChange: (code: string) => void;
  onTyped: (isTyped: boolean) => void;
}

/** The script of a rule. What is wrong with it is said where it is tried. */
export function ScriptField({ code, isTyped, onChange, onTyped }: ScriptFieldProps) {
  return (
    <div className="flex flex-col gap-3">
      <Suspense fallback={<SkeletonRows rows={4} />}>
        <ScriptEditor label="Script" text={code} isTyped={isTyped} words={words} problems={noProblems} onChange={onChange} />
      </Suspense>
      <p className="text-meta text-ink-3">
        It reads value and returns the result. What is missing stays missing, and null leaves the field out.
      </p>
      <label className="flex items-center gap-2.5">
        <Checkbox label="TypeScript" checked={isTyped} onChange={onTyped} />
        TypeScript
      </label>
    </div>
  );
}
