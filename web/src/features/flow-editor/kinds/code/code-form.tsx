import { lazy, Suspense, useState } from "react";
import type { Step } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import { SkeletonRows } from "../../../../components/ui/skeleton.tsx";
import { ChoiceField } from "../../panel/fields/choice-field.tsx";
import { PairsField } from "../../panel/fields/pairs-field.tsx";
import { usePlaceData } from "../../panel/place-data.tsx";
import { usePlace } from "../../panel/use-place.ts";
import type { KindFormProps } from "../form-props.ts";
import { lineProblem } from "./line-problems.ts";
import type { LineProblem } from "./script-editor.tsx";
import { ScriptTests } from "./script-tests.tsx";

const ScriptEditor = lazy(() => import("./script-editor.tsx").then(({ ScriptEditor: part }) => ({ default: part })));

const languages = [
  [undefined, "JavaScript"],
  ["typescript", "TypeScript"],
] as const;
const limits = [
  [undefined, "1 second"],
  ["2000", "2 seconds"],
  ["5000", "5 seconds"],
  ["10000", "10 seconds"],
] as const;

/** A script: its code, what it is given, and the tests beside it. */
export function CodeForm({ flowId, step, place, errors }: KindFormProps<Step<"code">>) {
  const set = usePlace(place);
  const data = usePlaceData();
  const [failed, setFailed] = useState<readonly LineProblem[]>([]);
  const wrong = lineProblem(errors.get("code"));
  const code = typeof step.code === "string" ? step.code : "";
  const isBlank = code.trim() === "";
  const error = isBlank ? undefined : errors.get("code");
  return (
    <>
      <div className="flex flex-col gap-1.5">
        <span className="font-medium">Code</span>
        <Suspense fallback={<SkeletonRows rows={4} />}>
          <ScriptEditor
            label="Code"
            text={code}
            isTyped={step.language === "typescript"}
            words={{ data, input: isObject(step.input) ? Object.keys(step.input) : [] }}
            problems={wrong === null ? failed : [wrong]}
            onChange={(text) => set(["code"], text)}
          />
        </Suspense>
        <p className={error === undefined ? "text-meta text-ink-3" : "text-meta text-failure"}>
          {error ??
            (isBlank ? "Write the code; end it with 'return' and the result. " : "") +
              "It reads trigger, earlier steps and input by name, and returns the result. It has no network and no clock of its own."}
        </p>
      </div>
      <PairsField
        label="Input"
        hint="The script reads each as input.name."
        error={errors.get("input")}
        value={step.input}
        onChange={(value) => set(["input"], value)}
        addLabel="Add an input"
      />
      <div className="grid grid-cols-2 gap-3">
        <ChoiceField label="Language" value={step.language} choices={languages} onChange={(value) => set(["language"], value)} />
        <ChoiceField
          label="Time limit"
          value={step.timeoutMs === undefined ? undefined : String(step.timeoutMs)}
          choices={limits}
          error={errors.get("timeoutMs")}
          onChange={(value) => set(["timeoutMs"], value === undefined ? undefined : Number(value))}
        />
      </div>
      <ScriptTests
        flowId={flowId}
        step={step}
        isReadable={wrong === null && !isBlank}
        onChange={(tests) => set(["tests"], tests)}
        onFailed={setFailed}
      />
    </>
  );
}
