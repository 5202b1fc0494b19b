import type { ImportedFlow, ImportLine } from "#api/schemas.ts";
import { countWords } from "#surfaces/import-words.ts";
import { Checkbox } from "../../../components/ui/checkbox.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { Problem } from "../../../components/ui/problem.tsx";
import { plural } from "../../../lib/words.ts";
import { texts } from "./texts.ts";

interface ReadFlowProps {
  flow: ImportedFlow;
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Whether its lines are in sight from the start. */
  open: boolean;
}

/** One flow of the file: what becomes of it, and what is left to do. */
export function ReadFlow({ flow, checked, onChange, open }: ReadFlowProps) {
  const { name, drafts, counts, todo, ignored, refused } = flow;
  return (
    <section aria-label={name} className="rounded-lg border border-line bg-raised p-4">
      <div className="flex items-start gap-3">
        {drafts.length > 0 && <Checkbox label={`Create ${name}`} checked={checked} onChange={onChange} className="mt-1" />}
        <div className="min-w-0 flex-1">
          <h3 className="text-section font-semibold break-words">
            <bdi>{name}</bdi>
          </h3>
          <p className="text-meta text-ink-2">
            {countWords(counts)}
            {drafts.length > 1 && `; ${plural(drafts.length, "draft")}, one for each of its triggers`}
          </p>
          {drafts.map(({ definition, sentence }, i) => (
            <p key={i} className="mt-1.5 break-words">
              {drafts.length > 1 && <bdi className="mr-1.5 font-medium">{definition.name}:</bdi>}
              {sentence}
            </p>
          ))}
          {refused !== undefined && <Problem className="mt-2">{refused}</Problem>}
        </div>
      </div>
      <div className="mt-3 flex flex-col gap-1 border-t border-line pt-2">
        {todo.length === 0 ? (
          <p className="text-ink-2">{texts.nothingToDo}</p>
        ) : (
          <Disclosure summary={`${texts.todo}: ${plural(todo.length, "line")}`} open={open}>
            <p className="mb-2 text-meta text-ink-3">{texts.noted}</p>
            <ul className="flex flex-col gap-3">
              {todo.map((line, i) => (
                <Line key={i} line={line} />
              ))}
            </ul>
          </Disclosure>
        )}
        {ignored.length > 0 && (
          <Disclosure summary={<span className="text-ink-2">{texts.ignored}</span>}>
            <ul className="flex flex-col gap-2 text-ink-2">
              {ignored.map(({ at, why, count }) => (
                <li key={why} className="min-w-0">
                  <p>
                    {why} <span className="text-ink-3">({plural(count, "value")})</span>
                  </p>
                  {at !== "" && (
                    <p className="text-meta break-words text-ink-3">
                      <bdi>{at}</bdi>
                    </p>
                  )}
                </li>
              ))}
            </ul>
          </Disclosure>
        )}
      </div>
    </section>
  );
}

function Line({ line: { at, value, why, todo } }: { line: ImportLine }) {
  return (
    <li className="min-w-0">
      <p className="font-medium break-words">
        <bdi>{at}</bdi>
      </p>
      <p className="break-words text-ink-2">
        Because {why}
        {todo !== undefined && `: ${todo}`}.
      </p>
      {value !== undefined && (
        <p className="mt-1 rounded-sm bg-sunken px-2 py-1 font-mono text-meta break-all text-ink-2">
          <bdi>{value}</bdi>
        </p>
      )}
    </li>
  );
}
