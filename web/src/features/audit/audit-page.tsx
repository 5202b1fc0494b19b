import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { useMemo } from "react";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Failure } from "../../components/ui/state.tsx";
import type { ChangeFilter } from "../../lib/api.ts";
import { changesQuery } from "../../lib/queries.ts";
import { ChangeDays } from "./change-days.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { AuditFilters } from "./filters.tsx";
import { type AuditSearch, auditFilter } from "./search.ts";

const route = getRouteApi("/audit");

/** Who changed what, newest first. */
export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const key = JSON.stringify(search);
  const filter = useMemo(() => auditFilter(JSON.parse(key) as AuditSearch, Date.now()), [key]);
  return (
    <Page
      title="Audit"
      about="Who changed what, before and after. Nobody can edit or delete a line; secrets are never in it."
      actions={<ExportMenu filter={filter} />}
    >
      <AuditFilters search={search} onChange={(patch) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true })} />
      <Changes filter={filter} onClear={() => void navigate({ search: {} })} onRecord={(record) => void navigate({ search: { record } })} />
    </Page>
  );
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
