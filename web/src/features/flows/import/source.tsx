import { useState } from "react";
import { FileDrop } from "../../../components/file-drop.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Field, Textarea } from "../../../components/ui/field.tsx";
import { Problem } from "../../../components/ui/problem.tsx";
import { texts } from "./texts.ts";

interface SourceProps {
  onText: (text: string) => void;
  busy: boolean;
  problem: string | null;
}

const mostBytes = 10 * 1024 * 1024;

/** Where the file comes from: dropped, chosen or pasted. */
export function Source({ onText, busy, problem }: SourceProps) {
  const [tooLarge, setTooLarge] = useState<string | null>(null);
  const take = async (file: File) => {
    const isTooLarge = file.size > mostBytes;
    setTooLarge(isTooLarge ? `${file.name} has more than 10 MB, which is the most that is read.` : null);
    if (!isTooLarge) onText(await file.text());
  };
  const said = tooLarge ?? problem;
  return (
    <div className="flex max-w-3xl flex-col gap-5">
      <FileDrop label="A flow as a file" hint={texts.drop} accept=".json,application/json" onFile={(file) => void take(file)} busy={busy} />
      <Paste onText={onText} busy={busy} />
      {said !== null && <Problem>{said}</Problem>}
      <dl className="flex flex-col gap-2 text-ui">
        {texts.where.map(([tool, how]) => (
          <div key={tool} className="flex gap-3">
            <dt className="w-14 shrink-0 font-medium">{tool}</dt>
            <dd className="min-w-0 text-ink-2">{how}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Paste({ onText, busy }: { onText: (text: string) => void; busy: boolean }) {
  const [text, setText] = useState("");
  return (
    <form
      noValidate
      className="flex flex-col items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") onText(text);
      }}
    >
      <div className="w-full">
        <Field label={texts.paste} hint={texts.pasteHint}>
          {(ids) => (
            <Textarea
              {...ids}
              rows={4}
              spellCheck={false}
              className="font-mono"
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          )}
        </Field>
      </div>
      <Button type="submit" disabled={text.trim() === ""} busy={busy}>
        {texts.read}
      </Button>
    </form>
  );
}
