import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { capital } from "#kernel/words.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import { Field, Select } from "../../../components/ui/field.tsx";
import { useApps } from "../../../lib/apps.ts";
import { messageOf } from "../../../lib/query.ts";
import { connectionsQuery, recordTypesQuery } from "../../../lib/queries.ts";
import { chosenAnew, type ChosenSide } from "./offers.ts";

interface SideChoiceProps {
  title: string;
  chosen: ChosenSide;
  onChange: (chosen: ChosenSide) => void;
}

/** One side: which app, with which login, and which of its records. */
export function SideChoice({ title, chosen, onChange }: SideChoiceProps) {
  const apps = useApps();
  const connections = useQuery(connectionsQuery()).data ?? [];
  const connected = apps.list.filter(({ id }) => connections.some(({ app }) => app === id));
  const usable = connections.filter(({ app }) => app === chosen.app);
  const put = (change: Partial<ChosenSide>) => onChange(chosenAnew(chosen, change, connections));
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-lg border border-line p-4">
      <legend className="sr-only">{title}</legend>
      <div className="flex items-center gap-3">
        {chosen.app === "" ? (
          <span className="size-8 rounded-md border border-dashed border-line-strong" />
        ) : (
          <AppMark app={chosen.app} size={32} />
        )}
        <p className="text-body font-semibold">{title}</p>
      </div>
      <Field label="App" hint={connected.length === 0 ? <ConnectFirst /> : undefined}>
        {(ids) => (
          <Select {...ids} className="w-full" value={chosen.app} onChange={(event) => put({ app: event.target.value })}>
            <option value="">Choose an app</option>
            {connected.map(({ id, title: name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {chosen.app !== "" && (
        <Field label="Connection">
          {(ids) => (
            <Select {...ids} className="w-full" value={chosen.connection} onChange={(event) => put({ connection: event.target.value })}>
              <option value="">Choose a connection</option>
              {usable.map(({ id, name, title: called }) => (
                <option key={id} value={name}>
                  {called}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {chosen.connection !== "" && <TypeChoice chosen={chosen} onChange={(type) => put({ type })} />}
    </fieldset>
  );
}

function ConnectFirst() {
  return (
    <>
      No app is connected yet.{" "}
      <Link to="/connections" search={{ add: "1" }} className="font-medium text-accent-ink underline underline-offset-2">
        Add a connection
      </Link>
    </>
  );
}

/** Which kind of record of the app. */
function TypeChoice({ chosen, onChange }: { chosen: ChosenSide; onChange: (type: string) => void }) {
  const apps = useApps();
  const types = useQuery(recordTypesQuery(chosen.app, chosen.connection));
  if (types.error) return <p className="text-failure">{messageOf(types.error)}</p>;
  if (types.data?.length === 0)
    return (
      <p className="text-ink-2">
        <bdi>{apps.title(chosen.app)}</bdi> has no records that can be kept in step: that takes a list of them whose rows have an id.
      </p>
    );
  const type = types.data?.find(({ id }) => id === chosen.type);
  return (
    <Field label="Records" hint={type && arrivalWords(type)}>
      {(ids) => (
        <Select
          {...ids}
          className="w-full"
          value={type?.id ?? ""}
          disabled={types.data === undefined}
          onChange={(event) => onChange(event.target.value)}
        >
          <option value="">{types.data === undefined ? "Looking up its records" : "Choose the records"}</option>
          {types.data?.map(({ id, many }) => (
            <option key={id} value={id}>
              {capital(many)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

const arrivalWords = ({ live, can }: { live: boolean; can: { create: boolean; update: boolean } }): string =>
  `${live ? "Changes arrive at once" : "Changes are found when the list is read, every few minutes"}.${can.create || can.update ? "" : " They can be read only."}`;
