import type { CatalogEntry, ConnectionView } from "#api/schemas.ts";
import { Field, Select } from "../../components/ui/field.tsx";
import { connectionsFor } from "./starter.ts";

interface ConnectionChoiceProps {
  entry: CatalogEntry | null;
  /** The connection's short name; null names none. */
  connection: string | null;
  connections: readonly ConnectionView[];
  onChange: (connection: string | null) => void;
}

/** With which login, that is in which sub-account. Asked only where there is a choice. */
export function ConnectionChoice({ entry, connection, connections, onChange }: ConnectionChoiceProps) {
  const usable = connectionsFor(entry, connections);
  const everywhere =
    entry?.kind === "webhook" && usable.some(({ locationId, companyId }) => locationId !== undefined || companyId !== undefined);
  if (usable.length === 0 || (usable.length === 1 && !everywhere)) return null;
  return (
    <Field label={everywhere ? "In" : "With"} hint={connection === null ? "Every sub-account's events start the flow." : undefined}>
      {(ids) => (
        <Select
          {...ids}
          className="w-full"
          value={presentName(connection, usable) ?? ""}
          onChange={(event) => onChange(event.target.value || null)}
        >
          {usable.map(({ id, name, title }) => (
            <option key={id} value={name}>
              {title}
            </option>
          ))}
          {everywhere && <option value="">Every sub-account</option>}
        </Select>
      )}
    </Field>
  );
}

/** The name a connection has now, where a flow still uses one it had before. */
export const presentName = (name: string | null, connections: readonly ConnectionView[]): string | null =>
  name === null || connections.some((each) => each.name === name)
    ? name
    : (connections.find(({ formerNames }) => formerNames?.includes(name))?.name ?? name);
