import { useId, useMemo, useState } from "react";
import { JsonBox } from "../../../components/json-box/json-box.tsx";
import { parseJson } from "../../../lib/json-text.ts";
import { type Definition, isShowable } from "../definition/types.ts";
import { useEditing } from "./editing.ts";

/** The whole definition as the file that it is exported as. The forms show the same: each shows what is changed in the other. */
export function JsonTab() {
  const { draft, edit, problems, mayWrite } = useEditing();
  const { definition } = draft;
  const id = useId();
  const [typed, setTyped] = useState<{ text: string; of: Definition | null } | null>(null);
  const written = useMemo(() => JSON.stringify(definition, null, 2), [definition]);
  const isHalf = typed !== null && typed.of === null;
  const text = typed !== null && (isHalf || typed.of === definition) ? typed.text : written;
  const { value, error } = parseJson(text);
  const problem = error ?? (isShowable(value) ? null : notShowable);
  const marks = useMemo(
    () => problems.map(({ field, problem: message }) => ({ place: placeOf(field), message: `${field}: ${message}` })),
    [problems],
  );
  return (
    <div className="flex flex-col gap-2">
      <p className="text-ink-2">The same definition as JSON, as it is exported. It can hold more than the forms show.</p>
      <JsonBox
        id={id}
        label="The definition as JSON"
        text={text}
        problems={marks}
        vocabulary={null}
        onChange={(next) => {
          const read = parseJson(next).value;
          const fits = mayWrite && isShowable(read);
          if (fits) edit((old) => ({ ...old, definition: read }));
          setTyped({ text: next, of: fits ? read : null });
        }}
      />
      <div role="status">
        {problem !== null && <p className="rounded-md bg-failure-soft px-3 py-2">{problem} The forms keep the last valid version.</p>}
      </div>
    </div>
  );
}

const notShowable = "A definition has a title, and lists of operations and triggers, each with an id and a title.";

/** `operations.3.path` as a place in the text. */
const placeOf = (field: string): (string | number)[] => field.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
