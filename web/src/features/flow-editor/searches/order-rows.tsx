import { Plus, X } from "lucide-react";
import { useState } from "react";
import type { InputField as CatalogField } from "#catalog/types.ts";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Select } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { useNewRow } from "../../../lib/focus.ts";
import type { InputFieldProps } from "../panel/fields/input-props.ts";
import { directionWords, type OrderRow, readOrder, usualDirection, writeOrder } from "./order.ts";
import { SearchFieldSelect } from "./search-field-select.tsx";
import { useSearchFields } from "./use-search-fields.ts";

interface OrderRowsProps extends Pick<InputFieldProps, "value" | "onChange" | "app" | "connection"> {
  label: string;
  searches: NonNullable<CatalogField["searches"]>;
}

/** In which order a search gives its rows: by a field, then by the next. */
export function OrderRows({ label, value, onChange, searches: { fields }, app, connection }: OrderRowsProps) {
  const rows = readOrder(value) ?? [];
  const [isAdding, setAdding] = useState(false);
  const search = useSearchFields({ fields: fields.filter(({ sorts }) => sorts) }, app, connection, []);
  const shown: readonly OrderRow[] = isAdding ? [...rows, { field: "", direction: "asc" }] : rows;
  const { list, adding } = useNewRow<HTMLDivElement>(shown.length);
  const put = (at: number, row: OrderRow | null) => {
    const next = row === null ? rows.toSpliced(at, 1) : rows.toSpliced(at, 1, row);
    if (at === rows.length) setAdding(false);
    onChange(writeOrder(next));
  };
  const free = search.fields.filter(({ name }) => !rows.some(({ field }) => field === name));
  return (
    <div ref={list} role="group" aria-label={label} className="flex min-w-0 flex-col gap-2">
      {shown.map(({ field, direction }, at) => {
        const words = directionWords(search.of(field).control);
        return (
          <div key={at} data-row className="flex min-w-0 flex-wrap items-start gap-1">
            {at > 0 && <p className="w-full text-meta font-medium text-ink-3">then by</p>}
            <div className="grid min-w-0 flex-1 grid-cols-1 gap-1.5 sm:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <SearchFieldSelect
                label={at === 0 ? "Ordered by" : `Then by, ${at + 1}`}
                value={field}
                chosen={field === "" ? null : search.of(field)}
                fields={search.fields.filter((one) => one.name === field || free.includes(one))}
                custom={[]}
                onChange={(name) => put(at, { field: name, direction: usualDirection(search.of(name).control) })}
              />
              {field !== "" && (
                <Select
                  aria-label={`Direction ${at + 1}`}
                  value={direction}
                  onChange={({ target }) => put(at, { field, direction: target.value as OrderRow["direction"] })}
                >
                  {(["desc", "asc"] as const).map((one) => (
                    <option key={one} value={one}>
                      {words[one]}
                    </option>
                  ))}
                </Select>
              )}
            </div>
            <IconButton label={`Remove order ${at + 1}`} onClick={() => (at === rows.length ? setAdding(false) : put(at, null))}>
              <Icon of={X} size={14} />
            </IconButton>
          </div>
        );
      })}
      {!isAdding && free.length > 0 && (
        <div>
          <Button
            small
            kind="quiet"
            icon={<Icon of={Plus} size={12} />}
            onClick={() => {
              adding();
              setAdding(true);
            }}
          >
            {rows.length === 0 ? "Choose an order" : "Then by another field"}
          </Button>
        </div>
      )}
    </div>
  );
}
