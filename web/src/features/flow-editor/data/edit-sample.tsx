import { useState } from "react";
import { parseJson } from "#kernel/exact-json.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Field, Textarea } from "../../../components/ui/field.tsx";
import { editedCopy } from "./samples.ts";
import type { Sample } from "./types.ts";
import { sampleTitle } from "../../flows/sample.ts";

interface EditSampleProps {
  sample: Sample;
  onClose: () => void;
  onSave: (copy: Sample) => void;
}

/** A copy of a sample's event, to try what has not happened yet. */
export function EditSample({ sample, onClose, onSave }: EditSampleProps) {
  const [text, setText] = useState(() => JSON.stringify(sample.values["trigger"] ?? {}, null, 2));
  const [error, setError] = useState<string>();
  const save = () => {
    const read = readEvent(text);
    if (read === null) return setError("This is not valid JSON: check commas, quotes and brackets.");
    onSave(editedCopy(sample, read.event, Date.now()));
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Edit a copy of the sample"
      about={`The event of ${sampleTitle(sample)} as JSON. The sample itself stays as it is.`}
      shape="sheet"
      onSubmit={save}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit">
            Use this copy
          </Button>
        </>
      }
    >
      <Field label="Event" error={error}>
        {(ids) => (
          <Textarea
            {...ids}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setError(undefined);
            }}
            className="min-h-[50vh] font-mono text-meta"
          />
        )}
      </Field>
    </Dialog>
  );
}

function readEvent(text: string): { event: unknown } | null {
  try {
    return { event: parseJson(text) };
  } catch {
    return null;
  }
}
