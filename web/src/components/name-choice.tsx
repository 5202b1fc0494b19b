import { useQuery } from "@tanstack/react-query";
import type { ConnectionView } from "#api/schemas.ts";
import type { LostName } from "../lib/lost-name.ts";
import { connectionsQuery } from "../lib/queries.ts";
import { NamePicker } from "./name-picker.tsx";
import { Field, Select } from "./ui/field.tsx";

/** Whether a connection is meant, and not a name in its account. */
export const isConnection = ({ field }: LostName): boolean => field === "connection";

/** What is chosen at first. Never a connection, not even the only one: it may be another client's. */
export const firstChoice = (lost: LostName): string => (isConnection(lost) ? "" : (lost.choices[0] ?? ""));

interface NameChoiceProps {
  lost: LostName;
  value: string;
  onChange: (value: string) => void;
}

/** What to write in place of a name that leads nowhere any more. */
export function NameChoice({ lost, value, onChange }: NameChoiceProps) {
  if (isConnection(lost)) return <ConnectionPick lost={lost} value={value} onChange={onChange} />;
  return (
    <Field label="Use" hint={lost.from === "" ? undefined : `Wherever a field like this says '${lost.from}'.`}>
      {(ids) => (
        <Select {...ids} className="w-full" value={value} onChange={(event) => onChange(event.target.value)}>
          {lost.choices.map((choice) => (
            <option key={choice} value={choice}>
              {labelOf(lost, choice)}
              {choice === lost.from ? " (the new one)" : lost.reused ? " (the one used so far)" : ""}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** By their titles, found by a few letters: an agency has one for each sub-account. */
function ConnectionPick({ lost, value, onChange }: NameChoiceProps) {
  const connections = useQuery(connectionsQuery()).data ?? [];
  const names = lost.choices.map((choice) => {
    const connection = connections.find(({ name }) => name === choice);
    return { value: choice, label: connection?.title ?? choice, note: connection && noteOf(connection) };
  });
  return (
    <div className="flex flex-col gap-2">
      <Field label="Connection">
        {(ids) => <NamePicker ids={ids} value={value} names={names} what="connection" onChange={(next) => onChange(next ?? "")} />}
      </Field>
      <p role="status" className={value === "" ? "sr-only" : "rounded-md bg-warning-soft px-3 py-2"}>
        {value !== "" && (
          <>
            All steps will read and write in '<bdi>{names.find((name) => name.value === value)?.label ?? value}</bdi>'. Choose it only if it
            is the same client.
          </>
        )}
      </p>
    </div>
  );
}

const noteOf = ({ status, reason }: ConnectionView): string | undefined =>
  status === "connected" ? undefined : (reason ?? "It is not tested yet that it works");

const labelOf = ({ choices, labels }: LostName, choice: string): string => labels?.[choices.indexOf(choice)] ?? choice;

/** What people call it: a connection by its title, and what is written as an id by its name. */
export function useTitleOf(lost: LostName): (name: string) => string {
  const connections = useQuery({ ...connectionsQuery(), enabled: isConnection(lost) }).data ?? [];
  return (name) => (isConnection(lost) && connections.find((one) => one.name === name)?.title) || labelOf(lost, name);
}
