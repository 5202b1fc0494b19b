import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, createRootRouteWithContext, useRouterState } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { Suspense, lazy, useEffect, useState } from "react";
import { Toaster } from "sonner";
import { Button } from "../components/ui/button.tsx";
import { Empty, Loaded } from "../components/ui/state.tsx";
import { ClientFrame } from "../features/client/client-frame.tsx";
import { Entry } from "../features/session/entry.tsx";
import { SignIn } from "../features/session/sign-in.tsx";
import { Shell } from "../features/shell/shell.tsx";
import { WorkspaceChanged } from "../features/shell/workspace-changed.tsx";
import { useFreshCatalog } from "../lib/apps.ts";
import { useRecordChanges, useRunChanges } from "../lib/events.ts";
import {
  agentsQuery,
  approvalsQuery,
  attentionQuery,
  connectionsQuery,
  flowsQuery,
  inboxesQuery,
  invitationsQuery,
  mappingsQuery,
  membersQuery,
  overviewQuery,
  rulesQuery,
  sessionQuery,
  templatesQuery,
  waitingReplaysQuery,
} from "../lib/queries.ts";
import { linkPaths } from "../lib/reconnect-link.ts";
import { useEntrance, useSignedOut, useWorkspaceChanged } from "../lib/session.ts";
import { useTheme } from "../lib/theme.ts";

const Palette = lazy(() => import("../features/palette/palette.tsx").then(({ Palette: part }) => ({ default: part })));

export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Root,
  notFoundComponent: NotFound,
});

function Root() {
  const signedOut = useSignedOut();
  const entrance = useEntrance();
  const workspaceChanged = useWorkspaceChanged();
  const theme = useTheme();
  const isVisitor = useRouterState({ select: ({ location }) => linkPaths.has(location.pathname) });
  return (
    <>
      {isVisitor ? <Outlet /> : entrance !== null ? <Entry entrance={entrance} /> : signedOut ? <SignIn /> : <Inside />}
      {workspaceChanged && <WorkspaceChanged />}
      <Toaster
        theme={theme}
        position="bottom-right"
        toastOptions={{
          className: "!font-sans !text-ui !rounded-md !border-line !bg-raised !text-ink !shadow-float",
          descriptionClassName: "!text-ink-2",
        }}
      />
    </>
  );
}

/** What somebody sees depends on who they are: a client has one page, everybody else the app. */
function Inside() {
  const session = useQuery(sessionQuery());
  return (
    <Loaded query={session} skeleton={null}>
      {({ role }) =>
        role === "client" ? (
          <ClientFrame>
            <Outlet />
          </ClientFrame>
        ) : (
          <Frame />
        )
      }
    </Loaded>
  );
}

function Frame() {
  const [searching, setSearching] = useState(false);
  const cache = useQueryClient();
  useFreshCatalog();
  useRunChanges(() => void cache.invalidateQueries({ queryKey: overviewQuery().queryKey }), 3_000);
  const stopped = useQuery(overviewQuery()).data?.attention;
  useEffect(() => {
    for (const { queryKey } of [attentionQuery(), waitingReplaysQuery()]) void cache.invalidateQueries({ queryKey });
  }, [cache, stopped]);
  useRecordChanges((kinds) => {
    for (const [kind, query] of lists) if (kinds.has(kind)) void cache.invalidateQueries({ queryKey: query().queryKey, exact: true });
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      setSearching((open) => !open);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <Shell onSearch={() => setSearching(true)}>
      <Outlet />
      <Suspense>{searching && <Palette open onClose={() => setSearching(false)} />}</Suspense>
    </Shell>
  );
}

/** Lists that show what another person changed. A flow that somebody may be editing is left as it is. */
const lists = [
  ["member", sessionQuery], // it may be one's own role
  ["member", membersQuery],
  ["member", invitationsQuery],
  ["flow", flowsQuery],
  ["flow", overviewQuery],
  ["lint", flowsQuery],
  ["connection", connectionsQuery],
  ["inbox", inboxesQuery],
  ["template", templatesQuery],
  ["rule", rulesQuery],
  ["mapping", mappingsQuery],
  ["approval", approvalsQuery],
  ["agent", agentsQuery],
] as const;

function NotFound() {
  return (
    <Empty
      icon={Compass}
      action={
        <Button asChild>
          <Link to="/">Go home</Link>
        </Button>
      }
    >
      There is no page at this address.
    </Empty>
  );
}
