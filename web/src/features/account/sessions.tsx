import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Monitor } from "lucide-react";
import { toast } from "sonner";
import { Section } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { type OwnSession, api } from "../../lib/api.ts";
import { ownSessionsQuery } from "../../lib/queries.ts";
import { browserWords } from "./browser-words.ts";

/** The browsers that one is signed in with. */
export function Sessions() {
  const query = useQuery(ownSessionsQuery());
  const endOthers = useEnding(() => api.account.endOtherSessions(), "You are signed out everywhere else");
  const others = (query.data ?? []).filter(({ current }) => !current);
  return (
    <Section
      title="Where you are signed in"
      aside={
        others.length > 1 && (
          <Button small busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            Sign out everywhere else
          </Button>
        )
      }
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={2} />}>
        {(sessions) => (
          <ul className="rounded-lg border border-line bg-raised">
            {sessions.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

function SessionRow({ session: { id, current, browser, address, usedAt } }: { session: OwnSession }) {
  const name = browserWords(browser);
  const end = useEnding(() => api.account.endSession({ id }), `${name} is signed out`);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-3 last:border-b-0">
      <Icon of={Monitor} className="shrink-0 text-ink-3" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate font-medium">
          {name}
          {current && <span className="ml-1.5 font-normal text-ink-3">this browser</span>}
        </p>
        <p className="truncate text-meta text-ink-3">
          {address !== null && <>From {address}, </>}last used <Time at={usedAt} />
        </p>
      </div>
      {!current && (
        <Button small busy={end.isPending} onClick={() => end.mutate()}>
          Sign out
        </Button>
      )}
    </li>
  );
}

function useEnding(end: () => Promise<unknown>, said: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: end,
    onSuccess: () => void toast.success(said),
    onSettled: () => cache.invalidateQueries({ queryKey: ownSessionsQuery().queryKey }),
  });
}
