import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { addresses } from "#api/addresses.ts";
import { requestOf } from "#api/client.ts";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Segmented } from "../../components/ui/segmented.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Failure } from "../../components/ui/state.tsx";
import type { ChangeFilter } from "../../lib/api.ts";
import { changesQuery } from "../../lib/queries.ts";
import { Calls } from "./calls.tsx";
import { ChangeDays } from "./change-days.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { AuditFilters } from "./filters.tsx";
import { type AuditSearch, auditFilter, callFilter, emptyAudit } from "./search.ts";

const route = getRouteApi("/audit");

/** Who changed what, and which login was used for which call. */
export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const onChange = (patch: Partial<AuditSearch>) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true });
  const views = <Views of={search.show ?? "changes"} onChange={(show) => onChange({ ...emptyAudit, show })} />;
  return search.show === "calls" ? (
    <CallAudit search={search} onChange={onChange} views={views} />
  ) : (
    <ChangeAudit search={search} onChange={onChange} views={views} />
  );
}

interface AuditProps {
  search: AuditSearch;
  onChange: (patch: Partial<AuditSearch>) => void;
  views: ReactNode;
}

function Views({ of, onChange }: { of: "changes" | "calls"; onChange: (show: "calls" | undefined) => void }) {
  return (
    <div className="mb-4">
      <Segmented
        label="What is shown"
        value={of}
        onChange={(value) => onChange(value === "calls" ? value : undefined)}
        options={[
          { value: "changes", title: "Changes" },
          { value: "calls", title: "Calls" },
        ]}
      />
    </div>
  );
}

/** Who changed what, newest first. */
function ChangeAudit({ search, onChange, views }: AuditProps) {
  const filter = useFilter(search, auditFilter);
  return (
    <Page
      title="Audit"
      about="Who changed what, with the values before and after. Entries cannot be edited or deleted, and secrets are never shown."
      actions={<ExportMenu of="changes" fileAt={(format) => requestOf(addresses.changes.export, { query: { ...filter, format } })} />}
    >
      {views}
      <AuditFilters search={search} onChange={onChange} />
      <Changes filter={filter} onClear={() => onChange(emptyAudit)} onRecord={(record) => onChange({ ...emptyAudit, record })} />
    </Page>
  );
}

/** Which login was used for which call, newest first. */
function CallAudit({ search, onChange, views }: AuditProps) {
  const filter = useFilter(search, callFilter);
  return (
    <Page
      title="Audit"
      about="Which login was used for which call, when, and by which run or person. Requests and answers are on the run's page. Secrets are never shown."
      actions={<ExportMenu of="calls" fileAt={(format) => requestOf(addresses.calls.export, { query: { ...filter, format } })} />}
    >
      {views}
      <Calls search={search} filter={filter} onChange={onChange} />
    </Page>
  );
}

/** The filter as the API takes it, the same object while the address is the same. */
function useFilter<Filter>(search: AuditSearch, read: (search: AuditSearch, now: number) => Filter): Filter {
  const key = JSON.stringify(search);
  return useMemo(() => read(JSON.parse(key) as AuditSearch, Date.now()), [key, read]);
}

interface ChangesProps {
  filter: ChangeFilter;
  onClear: () => void;
  onRecord: (id: string) => void;
}

function Changes({ filter, onClear, onRecord }: ChangesProps) {
  const query = useInfiniteQuery(changesQuery(filter));
  if (query.isPending) return <SkeletonRows rows={10} />;
  const changes = query.data?.pages.flatMap((page) => page.changes) ?? [];
  if (query.isError && changes.length === 0) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (changes.length === 0) return <NoChanges filtered={Object.keys(filter).length > 0} onClear={onClear} />;
  return (
    <>
      <ChangeDays changes={changes} onRecord={onRecord} />
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

function NoChanges({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (!filtered) return <Empty icon={ScrollText}>Every change of a flow, a connection or a setting appears here, with who made it.</Empty>;
  return (
    <Empty icon={ScrollText} action={<Button onClick={onClear}>Clear filters</Button>}>
      No change matches these filters.
    </Empty>
  );
}
