import { useId } from "react";
import { Checkbox } from "../../../components/ui/checkbox.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { Field, Select } from "../../../components/ui/field.tsx";
import { isOnce } from "../definition/effects.ts";
import { guessedConfirm } from "../definition/same-record.ts";
import { fieldsOf, type Operation, operationsOf } from "../definition/types.ts";
import { useEditing, useProblem } from "./editing.ts";
import type { OperationPartProps } from "./operation-part.ts";
import { PairRows } from "./rows.tsx";

/** What protects a write: from being done twice, and from overwriting what nobody looked at. */
export function CarefulWrite({ operation, at, onChange }: OperationPartProps) {
  const { advice } = useEditing();
  const own = advice.filter((one) => one.operation === operation.id);
  const isCareful = operation.confirm !== undefined || operation.before !== undefined || operation.idempotencyKey === true;
  return (
    <Disclosure
      open={isCareful}
      summary={
        <span className="flex min-w-0 flex-1 items-baseline gap-2">
          <span className="text-body font-semibold">Careful write</span>
          <span className="truncate text-meta text-ink-3">
            {isOnce(operation.effect) ? "so that nothing is made or sent twice" : "so that a dry run shows what would change"}
          </span>
        </span>
      }
    >
      <div className="flex flex-col gap-6 pt-2">
        {own.length > 0 && (
          <ul className="flex flex-col gap-1 rounded-md bg-neutral-soft px-3 py-2 text-ink-2">
            {own.map(({ member, says }) => (
              <li key={member + says}>{says}</li>
            ))}
          </ul>
        )}
        {isOnce(operation.effect) ? (
          <>
            <Repeatable operation={operation} onChange={onChange} />
            <ConfirmRead operation={operation} at={at} onChange={onChange} />
          </>
        ) : (
          <BeforeRead operation={operation} at={at} onChange={onChange} />
        )}
      </div>
    </Disclosure>
  );
}

type PartProps = Pick<OperationPartProps, "operation" | "onChange">;

function Repeatable({ operation, onChange }: PartProps) {
  return (
    <div>
      <label className="flex items-center gap-2">
        <Checkbox
          label="The app accepts an Idempotency-Key header"
          checked={operation.idempotencyKey === true}
          onChange={(idempotencyKey) => onChange({ idempotencyKey: idempotencyKey || undefined })}
        />
        The app accepts an Idempotency-Key header
      </label>
      <p className="pl-6 text-meta text-ink-3">The app then ignores a repeated request with the same key. Check its documentation.</p>
    </div>
  );
}

interface ReadPartProps extends PartProps {
  at: string;
}

const dataOf = (operation: Operation): string[] => fieldsOf(operation).map(({ name }) => `input.${name}`);

function ConfirmRead({ operation, at, onChange }: ReadPartProps) {
  const id = useId();
  const { draft } = useEditing();
  const { confirm } = operation;
  const read = useReads(confirm?.operation);
  const put = (patch: Partial<NonNullable<Operation["confirm"]>>) => onChange({ confirm: { ...confirm!, ...patch } });
  const choose = (chosen: string) => {
    const other = operationsOf(draft.definition).find((one) => one.id === chosen);
    onChange({ confirm: other && guessedConfirm(operation, other) });
  };
  return (
    <div className="flex flex-col gap-3">
      <ReadChoice
        label="Look up the record after an unclear answer"
        hint="After an unclear answer (such as a time-out) this read shows whether the write took effect. Without it such a run is held for a person."
        at={`${at}.confirm`}
        value={confirm?.operation ?? ""}
        onChange={choose}
      />
      {confirm !== undefined && (
        <>
          <PairRows
            id={`${id}-input`}
            title="Input of the read"
            columns={["Field of the read", "From this write"]}
            lists={[read ? fieldsOf(read).map(({ name }) => name) : [], dataOf(operation)]}
            value={confirm.input}
            onChange={(input) => put({ input })}
          />
          <PairRows
            id={`${id}-match`}
            title="Same record if"
            columns={["Field of the record", "Equals"]}
            lists={[[], dataOf(operation)]}
            value={confirm.match}
            onChange={(match) => put({ match })}
          />
          <p className={Object.keys(confirm.match).length === 0 ? "text-failure" : "text-meta text-ink-3"}>
            {Object.keys(confirm.match).length === 0
              ? "Nothing says how the record is recognised. Add at least one field that is the same, such as an e-mail address or a reference."
              : "Check these: a record in which all of them are equal counts as made, and the write is not repeated."}
          </p>
        </>
      )}
    </div>
  );
}

function BeforeRead({ operation, at, onChange }: ReadPartProps) {
  const id = useId();
  const { before } = operation;
  const read = useReads(before?.operation);
  const ids = Object.fromEntries(
    fieldsOf(operation)
      .filter((field) => field.in === "path")
      .map(({ name }) => [name, `input.${name}`]),
  );
  return (
    <div className="flex flex-col gap-3">
      <ReadChoice
        label="Read the record first"
        hint="A dry run then shows each field before and after, and the run keeps the old values."
        at={`${at}.before`}
        value={before?.operation ?? ""}
        onChange={(chosen) =>
          onChange({ before: chosen === "" ? undefined : { input: ids, ignore: Object.keys(ids), ...before, operation: chosen } })
        }
      />
      {before !== undefined && (
        <PairRows
          id={`${id}-input`}
          title="Input of the read"
          columns={["Field of the read", "From this write"]}
          lists={[read ? fieldsOf(read).map(({ name }) => name) : [], dataOf(operation)]}
          value={before.input}
          onChange={(input) => onChange({ before: { ...before, input } })}
        />
      )}
    </div>
  );
}

/** The read of an id, of those that the app has. */
function useReads(id: string | undefined): Operation | undefined {
  const { draft } = useEditing();
  return operationsOf(draft.definition).find((one) => one.id === id);
}

interface ReadChoiceProps {
  label: string;
  hint: string;
  at: string;
  value: string;
  onChange: (id: string) => void;
}

function ReadChoice({ label, hint, at, value, onChange }: ReadChoiceProps) {
  const { draft } = useEditing();
  const problem = useProblem(at, true);
  const reads = operationsOf(draft.definition).filter(({ effect }) => effect === "read");
  return (
    <Field label={label} hint={hint} error={problem}>
      {(ids) => (
        <Select {...ids} className="w-full sm:max-w-96" value={value} onChange={({ target }) => onChange(target.value)}>
          <option value="">{reads.length === 0 ? "The app has no read yet" : "No"}</option>
          {reads.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
