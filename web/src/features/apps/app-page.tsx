import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty, Failure } from "../../components/ui/state.tsx";
import { appsQuery } from "../../lib/queries.ts";
import type { EditsKeeper } from "./definition/kept-edits.ts";
import type { AppDetail } from "./definition/types.ts";
import { Editor } from "./editor/editor.tsx";
import { appQuery } from "./queries.ts";
import { useKeptEdits } from "./use-kept-edits.ts";

const route = getRouteApi("/apps/$app");

/** One app of the workspace. What somebody is writing stays theirs when another person saves: a notice says so. */
export function AppPage() {
  const { app: id } = route.useParams();
  const keeper = useKeptEdits();
  const apps = useQuery(appsQuery());
  const isMissing = apps.data?.apps.every((app) => app.id !== id) ?? false;
  const query = useQuery({ ...appQuery(id), enabled: apps.data !== undefined && !isMissing });
  if (apps.data === undefined && apps.error !== null) return <Failure error={apps.error} retry={() => void apps.refetch()} />;
  if (keeper === null || (query.isPending && !isMissing)) return <Waiting />;
  if (query.data === undefined && !isMissing) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Opened key={id} id={id} saved={isMissing ? null : (query.data ?? null)} keeper={keeper} />;
}

function Opened({ id, saved, keeper }: { id: string; saved: AppDetail | null; keeper: EditsKeeper }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [kept] = useState(() => keeper.read(id));
  if (saved?.builtIn === true) return <Nothing>{saved.title} comes with Millrace, so it is not changed here.</Nothing>;
  if (saved === null && kept === null) return <Nothing>There is no app '{id}' in this workspace.</Nothing>;
  return (
    <Editor
      id={id}
      saved={saved}
      kept={kept}
      keeper={keeper}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true, resetScroll: next.tab !== search.tab })}
    />
  );
}

function Waiting() {
  return (
    <Page title="App">
      <SkeletonCards cards={2} />
    </Page>
  );
}

function Nothing({ children }: { children: ReactNode }) {
  return (
    <Page title="App">
      <Empty
        icon={SearchX}
        action={
          <Button asChild>
            <Link to="/apps">Your apps</Link>
          </Button>
        }
      >
        {children}
      </Empty>
    </Page>
  );
}
