import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ArrowLeftRight } from "lucide-react";
import { CallLines } from "../../components/call-lines.tsx";
import { DateFilter } from "../../components/date-filter.tsx";
import { FilterBar } from "../../components/filter-bar.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Select } from "../../components/ui/field.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Failure } from "../../components/ui/state.tsx";
import type { CallFilter } from "../../lib/api.ts";
import { callsQuery, connectionsQuery } from "../../lib/queries.ts";
import { type AuditSearch, emptyAudit } from "./search.ts";

interface CallsProps {
  search: AuditSearch;
  filter: CallFilter;
  onChange: (patch: Partial<AuditSearch>) => void;
}

/** Which login was used for which call, newest first. */
export function Calls({ search, filter, onChange }: CallsProps) {
  const query = useInfiniteQuery(callsQuery(filter));
  const calls = query.data?.pages.flatMap((page) => page.calls) ?? [];
  const isFiltered = Object.keys(filter).length > 0;
  const clear = () => onChange(emptyAudit);
  return (
    <>
      <CallFilters search={search} onChange={onChange} onClear={isFiltered ? clear : null} />
      {query.isPending ? (
        <SkeletonRows rows={10} />
      ) : query.isError && calls.length === 0 ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : calls.length === 0 ? (
        <NoCalls onClear={isFiltered ? clear : null} mayFollow={query.hasNextPage} />
      ) : (
        <CallLines calls={calls} showLogin />
      )}
      {query.hasNextPage && (
        <div className="flex justify-center pt-6">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Load older
          </Button>
        </div>
      )}
    </>
  );
}

function CallFilters({ search, onChange, onClear }: Omit<CallsProps, "filter"> & { onClear: (() => void) | null }) {
  const connections = useQuery(connectionsQuery()).data ?? [];
  const { connection } = search;
  const isGone = connection !== undefined && !connections.some(({ id }) => id === connection);
  const { text, show: _, ...others } = search;
  return (
    <FilterBar
      label="Filter calls"
      search={
        <SearchInput
          label="Search calls"
          placeholder="Operation, address or error"
          value={text ?? ""}
          onChange={(words) => onChange({ text: words || undefined })}
        />
      }
      active={Object.values(others).filter((value) => value !== undefined).length}
      onClear={onClear}
    >
      <Select
        aria-label="Login"
        value={connection ?? ""}
        onChange={(event) => onChange({ connection: event.target.value || undefined })}
        className="max-w-56"
      >
        <option value="">Every login</option>
        {isGone && <option value={connection}>A removed connection</option>}
        {connections.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Answer"
        value={search.failed ? "failed" : ""}
        onChange={(event) => onChange({ failed: event.target.value === "failed" || undefined })}
      >
        <option value="">Every answer</option>
        <option value="failed">Refused or none</option>
      </Select>
      <DateFilter label="When" search={search} onChange={onChange} />
    </FilterBar>
  );
}

/** `mayFollow`: only the newest calls were looked through. */
function NoCalls({ onClear, mayFollow }: { onClear: (() => void) | null; mayFollow: boolean }) {
  if (onClear === null)
    return (
      <Empty icon={ArrowLeftRight}>Every call that is made with a login appears here, with the run or the person it was made for.</Empty>
    );
  return (
    <Empty icon={ArrowLeftRight} action={<Button onClick={onClear}>Clear filters</Button>}>
      {mayFollow ? "None of the latest calls matches these filters. Load older ones to search on." : "No call matches these filters."}
    </Empty>
  );
}
