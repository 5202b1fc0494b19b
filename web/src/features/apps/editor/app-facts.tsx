import { useId } from "react";
import { AppMarkPicture, hues, markOf } from "../../../components/app-mark.tsx";
import { Section } from "../../../components/page.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { Field, Input } from "../../../components/ui/field.tsx";
import { patched, withAddress } from "../definition/edits.ts";
import { type Definition, fieldsOf, operationsOf } from "../definition/types.ts";
import { AddressVariables } from "./address-variables.tsx";
import { useEditing, useProblem } from "./editing.ts";
import { AllGuesses } from "./guess-note.tsx";
import { ChoiceLine, TextLine } from "./line.tsx";
import { Logins } from "./logins.tsx";
import { PairRows } from "./rows.tsx";

/** What the app is called, where it is, and its logins. */
export function AppFacts() {
  const { draft, edit } = useEditing();
  const { definition } = draft;
  const id = useId();
  const change = (patch: Partial<Definition>) => edit((old) => ({ ...old, definition: patched(old.definition, patch) }));
  return (
    <div className="flex max-w-3xl flex-col gap-8">
      <AllGuesses of="" />
      <Section title="The app">
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-[minmax(0,1fr)_auto]">
          <TextLine label="Name" at="title" value={definition.title} maxLength={60} onChange={(title) => change({ title })} />
          <Mark definition={definition} onChange={change} />
        </div>
      </Section>
      <Section title="Where its API is">
        <div className="flex flex-col gap-4">
          <TextLine
            label="Address"
            hint="The base URL of the API. A part that differs from customer to customer goes in braces: https://{subdomain}.example.com/api. Leave it empty if each connection has its own."
            at="baseUrl"
            guess={{ operation: "", member: "baseUrl" }}
            mono
            placeholder="https://api.example.com/v1"
            value={definition.baseUrl ?? ""}
            onChange={(baseUrl) => edit((old) => ({ ...old, definition: withAddress(old.definition, baseUrl.trim()) }))}
          />
          <AddressVariables definition={definition} onChange={change} />
        </div>
      </Section>
      <Logins />
      <Section title="Test a login">
        <Probe definition={definition} onChange={change} />
      </Section>
      <Disclosure summary={<span className="text-ink-2">Headers of every request</span>} open={definition.headers !== undefined}>
        <PairRows
          id={id}
          title="Headers"
          columns={["Header", "Value"]}
          value={definition.headers ?? {}}
          onChange={(headers) => change({ headers: Object.keys(headers).length === 0 ? undefined : headers })}
        />
      </Disclosure>
    </div>
  );
}

interface PartProps {
  definition: Definition;
  onChange: (patch: Partial<Definition>) => void;
}

const hueWords: Readonly<Record<(typeof hues)[number], string>> = {
  205: "Teal",
  255: "Blue",
  305: "Violet",
  25: "Red",
  75: "Amber",
  155: "Green",
};

function Mark({ definition, onChange }: PartProps) {
  const problem = useProblem("mark", true);
  const { letters = "", hue } = markOf(useEditing().id, definition);
  const put = (mark: { letters: string; hue: number }) => onChange({ mark: mark.letters === "" ? undefined : mark });
  return (
    <div className="flex items-end gap-3">
      <AppMarkPicture letters={letters} hue={hue} size={32} />
      <Field label="Mark" error={problem}>
        {(ids) => (
          <Input
            {...ids}
            className="w-16!"
            maxLength={3}
            value={letters}
            onChange={({ target }) => put({ letters: target.value.trim(), hue })}
          />
        )}
      </Field>
      <fieldset className="flex items-center gap-1 pb-1.5">
        <legend className="sr-only">Colour of the mark</legend>
        {hues.map((one) => (
          <label key={one} title={hueWords[one]} className="relative grid size-5 place-items-center">
            <input
              type="radio"
              name="mark-colour"
              aria-label={hueWords[one]}
              checked={one === hue}
              onChange={() => put({ letters, hue: one })}
              className="size-5 appearance-none rounded-full border border-line-strong checked:outline-2 checked:outline-offset-1 checked:outline-focus"
              style={{ background: `light-dark(oklch(0.78 0.09 ${one}), oklch(0.5 0.09 ${one}))` }}
            />
          </label>
        ))}
      </fieldset>
    </div>
  );
}

/** The read that shows whether a login works. */
function Probe({ definition, onChange }: PartProps) {
  const reads = operationsOf(definition).filter(
    (operation) =>
      operation.effect === "read" && fieldsOf(operation).every(({ required, fill }) => required !== true || fill !== undefined),
  );
  const chosen = definition.probe?.[0]?.operation ?? "";
  return (
    <ChoiceLine
      label="Operation to call"
      hint="Best is a small read that every login may make, such as the current account. Only reads without required fields are listed."
      at="probe.0.operation"
      guess={{ operation: "", member: "probe" }}
      value={chosen}
      options={[
        ["", "Only call the base address"],
        ...reads.map(({ id, title }) => [id, title] as const),
        ...(chosen !== "" && !reads.some(({ id }) => id === chosen) ? [[chosen, chosen] as const] : []),
      ]}
      onChange={(operation) => onChange({ probe: operation === "" ? undefined : [{ operation }] })}
    />
  );
}
