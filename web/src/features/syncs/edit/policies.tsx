import { Section } from "../../../components/page.tsx";
import { Choices } from "../../../components/ui/choices.tsx";
import { Field, Input, Select } from "../../../components/ui/field.tsx";
import { Switch } from "../../../components/ui/switch.tsx";
import { conflictOptions, deleteOptions, everyOptions, usualEvery } from "../texts.ts";
import { type BothWords, type DeletePolicy, otherSide, type Side, sides } from "../types.ts";
import { problemsAt } from "./edits.ts";
import type { EditProps } from "./field-rows.tsx";
import { ProblemLines } from "./problem-lines.tsx";

/** What is made, who wins, what deletions do, and how often both sides are read. */
export function Policies(props: EditProps) {
  return (
    <fieldset disabled={!props.mayWrite} className="flex min-w-0 flex-col gap-8">
      <legend className="sr-only">Rules</legend>
      <NewRecords {...props} />
      <Conflicts {...props} />
      <Deletions {...props} />
      <HowOften {...props} />
    </fieldset>
  );
}

function NewRecords({ definition, words, problems, onChange }: EditProps) {
  return (
    <Section title="Records that only one side has">
      <ul className="flex flex-col gap-2">
        {sides.map((side) => {
          const { one, account, type } = words[side];
          const can = type?.can.create ?? true;
          const from = words[otherSide(side)];
          return (
            <li key={side}>
              <label className="flex items-center gap-3">
                <Switch
                  label={`Create them in ${account}`}
                  checked={can && definition.create[side]}
                  onChange={(on) => onChange((old) => ({ ...old, create: { ...old.create, [side]: on && can } }))}
                />
                <span>
                  Create a {one} in <bdi className="font-medium">{account}</bdi> for a {from.one} that only <bdi>{from.account}</bdi> has
                  {!can && <span className="block text-meta text-ink-3">{account} lets nobody create them.</span>}
                </span>
              </label>
              <ProblemLines problems={problemsAt(problems, `create.${side}`)} />
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function Conflicts({ definition, words, problems, onChange }: EditProps) {
  return (
    <Section title="Where both sides changed the same value">
      <Choices
        legend="Which one counts"
        name="conflict"
        value={definition.conflict}
        onChange={(conflict) => onChange((old) => ({ ...old, conflict }))}
        options={conflictOptions(words.a, words.b)}
      />
      <p className="mt-2 text-meta text-ink-3">
        A field can have a rule of its own. Tags and lists need none: what either side added or removed counts.
      </p>
      <ProblemLines problems={problemsAt(problems, "conflict")} />
    </Section>
  );
}

function Deletions({ definition, words, problems, onChange }: EditProps) {
  const { deletes } = definition;
  const percent = Math.round(deletes.most * 100);
  const put = (patch: Partial<typeof deletes>) => onChange((old) => ({ ...old, deletes: { ...old.deletes, ...patch } }));
  return (
    <Section title="Deletions">
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        {sides.map((side) => (
          <DeleteChoice key={side} side={side} words={words} value={deletes[side]} onChange={(policy) => put({ [side]: policy })} />
        ))}
      </div>
      {(deletes.a !== "nothing" || deletes.b !== "nothing") && (
        <div className="mt-4">
          <Field
            label="Ask me when more than this share is deleted at once"
            hint="Nothing is deleted before somebody allows it. Ten records or fewer never ask."
          >
            {(ids) => (
              <span className="flex items-center gap-2">
                <Input
                  {...ids}
                  type="number"
                  min={0}
                  max={100}
                  className="!w-20"
                  value={percent}
                  onChange={(event) => {
                    const next = Number(event.target.value);
                    if (next >= 0 && next <= 100) put({ most: next / 100 });
                  }}
                />
                <span aria-hidden>%</span>
              </span>
            )}
          </Field>
        </div>
      )}
      <ProblemLines problems={problemsAt(problems, "deletes")} />
    </Section>
  );
}

interface DeleteChoiceProps {
  side: Side;
  words: BothWords;
  value: DeletePolicy;
  onChange: (policy: DeletePolicy) => void;
}

/** What happens to a side's record when the other one was deleted, as far as its app can do it. */
function DeleteChoice({ side, words, value, onChange }: DeleteChoiceProps) {
  const own = words[side];
  const other = words[otherSide(side)];
  const can = own.type?.can;
  const offered = deleteOptions.filter(
    (option) =>
      option.value === value || option.value === "nothing" || can === undefined || (option.value === "archive" ? can.archive : can.remove),
  );
  return (
    <Field label={`When a ${other.one} of ${other.account} is deleted, the ${own.one} of ${own.account}`}>
      {(ids) => (
        <Select {...ids} className="w-full" value={value} onChange={(event) => onChange(event.target.value as DeletePolicy)}>
          {offered.map((option) => (
            <option key={option.value} value={option.value}>
              {option.title}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function HowOften({ definition, problems, onChange }: EditProps) {
  const every = definition.every ?? usualEvery;
  const isOther = !everyOptions.some(({ value }) => value === every);
  return (
    <Section title="Certainty">
      <Field
        label="Read both sides"
        hint="Changes that an app reports arrive at once. Reading its list finds the ones it did not report, and what was deleted."
      >
        {(ids) => (
          <Select {...ids} value={every} onChange={(event) => onChange((old) => ({ ...old, every: event.target.value }))}>
            {isOther && <option value={every}>Every {every}</option>}
            {everyOptions.map(({ value, title }) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <ProblemLines problems={problemsAt(problems, "every")} />
    </Section>
  );
}
