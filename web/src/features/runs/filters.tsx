import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import type { RunView } from "#api/schemas.ts";
import { DateFilter } from "../../components/date-filter.tsx";
import { FilterBar } from "../../components/filter-bar.tsx";
import { runLooks } from "../../components/status.tsx";
import { SubAccountFilter } from "../../components/sub-account.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuCheck, MenuLine } from "../../components/ui/menu.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { flowsQuery } from "../../lib/queries.ts";
import { listed } from "../../lib/words.ts";
import { type RunSearch, statesOf } from "./search.ts";

type State = RunView["state"];
const order: State[] = ["succeeded", "failed", "held", "waiting", "running", "queued", "filtered", "cancelled"];

interface FiltersProps {
  search: RunSearch;
  onChange: (patch: Partial<RunSearch>) => void;
}

/** What the list shows; all of it stands in the address. */
export function RunFilters({ search, onChange }: FiltersProps) {
  const { person, ...others } = search;
  const active = Object.values(others).filter((value) => value !== undefined).length;
  return (
    <FilterBar
      label="Filter runs"
      search={
        <SearchInput
          label="Person"
          placeholder="E-mail, phone, name or id"
          value={person ?? ""}
          onChange={(words) => onChange({ person: words || undefined })}
        />
      }
      active={active}
      onClear={active > 0 || person !== undefined ? () => onChange(noFilter) : null}
    >
      <StateFilter search={search} onChange={onChange} />
      <FlowFilter value={search.flow} onChange={(flow) => onChange({ flow })} />
      <SubAccountFilter value={search.account} onChange={(account) => onChange({ account })} />
      <DateFilter label="Received" search={search} onChange={onChange} />
    </FilterBar>
  );
}

const noFilter: RunSearch = {
  person: undefined,
  state: undefined,
  flow: undefined,
  account: undefined,
  recovered: undefined,
  since: undefined,
  from: undefined,
  to: undefined,
};

/** The states, and whether only events are shown that the poll for lost webhooks found. */
function StateFilter({ search: { state: value, recovered }, onChange }: FiltersProps) {
  const chosen = statesOf(value);
  const toggle = (state: State, on: boolean) => {
    const next = order.filter((one) => (one === state ? on : chosen.includes(one)));
    onChange({ state: next.length === 0 ? undefined : next.join(",") });
  };
  const words = [...chosen.map((state) => runLooks[state].word), ...(recovered ? [recoveredOnly] : [])];
  return (
    <Menu
      align="start"
      trigger={
        <Button className="max-w-60 font-normal">
          <span className="truncate">{words.length === 0 ? "Any status" : listed(words)}</span>
          <Icon of={ChevronDown} size={14} className="text-ink-3" />
        </Button>
      }
    >
      {order.map((state) => (
        <MenuCheck key={state} checked={chosen.includes(state)} onChange={(on) => toggle(state, on)}>
          {runLooks[state].word}
        </MenuCheck>
      ))}
      <MenuLine />
      <MenuCheck checked={recovered === true} onChange={(on) => onChange({ recovered: on ? true : undefined })}>
        <span title="Events whose webhook never arrived, found by the poll for lost webhooks">{recoveredOnly}</span>
      </MenuCheck>
    </Menu>
  );
}

const recoveredOnly = "Recovered only";

function FlowFilter({ value, onChange }: { value: string | undefined; onChange: (flow: string | undefined) => void }) {
  const flows = useQuery(flowsQuery());
  return (
    <Select aria-label="Flow" value={value ?? ""} onChange={(event) => onChange(event.target.value || undefined)} className="max-w-56">
      <option value="">Any flow</option>
      {flows.data?.map((flow) => (
        <option key={flow.id} value={flow.id}>
          {flow.name}
        </option>
      ))}
    </Select>
  );
}
