import { useState } from "react";
import { Section } from "../../../components/page.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { ConditionField } from "../../flow-editor/conditions/condition-field.tsx";
import { type Side, sides } from "../types.ts";
import { problemsAt, withOnly } from "./edits.ts";
import type { EditProps } from "./field-rows.tsx";
import { ProblemLines } from "./problem-lines.tsx";
import { conditionData } from "./record-data.ts";

/** Which records of each side take part. */
export function TakingPart(props: EditProps) {
  return (
    <Section title="Which records take part">
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        {sides.map((side) => (
          <OneSide key={side} side={side} {...props} />
        ))}
      </div>
    </Section>
  );
}

function OneSide({ side, definition, words, problems, onChange, mayWrite }: EditProps & { side: Side }) {
  const condition = definition.only?.[side] ?? "";
  const [isOpen, setOpen] = useState(condition !== "");
  const { many, account } = words[side];
  const close = () => {
    onChange((old) => withOnly(old, side, ""));
    setOpen(false);
  };
  return (
    <div className="flex min-w-0 flex-col gap-2 rounded-lg border border-line p-3">
      {isOpen || condition !== "" ? (
        <fieldset disabled={!mayWrite} className="contents disabled:[&_button]:hidden">
          <ConditionField
            label={`Only ${many} of ${account} with`}
            value={condition}
            onChange={(next) => onChange((old) => withOnly(old, side, next))}
            data={conditionData(words[side])}
            error={problemsAt(problems, `only.${side}`)[0]?.problem}
          />
          <Button small kind="quiet" onClick={close} className="self-start">
            Let all {many} take part
          </Button>
        </fieldset>
      ) : (
        <>
          <p>
            All {many} of <bdi className="font-medium">{account}</bdi> take part.
          </p>
          {mayWrite && (
            <Button small onClick={() => setOpen(true)} className="self-start">
              Only some of them
            </Button>
          )}
          <ProblemLines problems={problemsAt(problems, `only.${side}`)} />
        </>
      )}
    </div>
  );
}
