import { useQuery } from "@tanstack/react-query";
import { History, X } from "lucide-react";
import { byMillrace } from "#kernel/change-kinds.ts";
import { capital } from "#kernel/words.ts";
import { kindWords } from "#surfaces/change-words.ts";
import { DateFilter } from "../../components/date-filter.tsx";
import { FilterBar } from "../../components/filter-bar.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { exactTime } from "../../lib/time.ts";
import { changePeopleQuery } from "../../lib/queries.ts";
import { type AuditSearch, emptyAudit } from "./search.ts";

interface FiltersProps {
  search: AuditSearch;
  onChange: (patch: Partial<AuditSearch>) => void;
}

/** Which changes are shown; all of it stands in the address. */
export function AuditFilters({ search, onChange }: FiltersProps) {
  const { text, show: _, ...others } = search;
  const active = Object.values(others).filter((value) => value !== undefined).length;
  return (
    <FilterBar
      label="Filter changes"
      search={
        <SearchInput
          label="Search changes"
          placeholder="Name, value or what happened"
          value={text ?? ""}
          onChange={(words) => onChange({ text: words || undefined })}
        />
      }
      active={active}
      onClear={active > 0 || text !== undefined ? () => onChange(emptyAudit) : null}
    >
      <Select
        aria-label="Kind"
        value={search.kind ?? ""}
        onChange={(event) => onChange({ kind: event.target.value || undefined })}
        className="max-w-56"
      >
        <option value="">Everything</option>
        {Object.entries(kindWords).map(([kind, title]) => (
          <option key={kind} value={kind}>
            {capital(title)}
          </option>
        ))}
      </Select>
      <WhoFilter value={search.by} onChange={(by) => onChange({ by })} />
      <DateFilter label="When" search={search} onChange={onChange} />
      {search.record !== undefined && (
        <Button className="!bg-accent-soft" icon={<Icon of={History} size={14} />} onClick={() => onChange({ record: undefined })}>
          Of one record only
          <Icon of={X} size={14} />
        </Button>
      )}
    </FilterBar>
  );
}

function WhoFilter({ value, onChange }: { value: string | undefined; onChange: (by: string | undefined) => void }) {
  const people = useQuery(changePeopleQuery());
  return (
    <Select aria-label="Who" value={value ?? ""} onChange={(event) => onChange(event.target.value || undefined)} className="max-w-56">
      <option value="">Anybody</option>
      {people.data?.map(({ by, who, since }) => (
        <option key={by ?? byMillrace} value={by ?? byMillrace}>
          {since === undefined ? who : `${who}, since ${exactTime(since)}`}
        </option>
      ))}
    </Select>
  );
}
