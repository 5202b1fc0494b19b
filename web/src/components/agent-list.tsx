import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Bot } from "lucide-react";
import { toast } from "sonner";
import type { AgentView } from "#api/schemas.ts";
import { permissionsInWords } from "../lib/agent-words.ts";
import { api } from "../lib/api.ts";
import { useMay } from "../lib/may.ts";
import { agentsQuery } from "../lib/queries.ts";
import { Time } from "./time.tsx";
import { Button } from "./ui/button.tsx";
import { Icon } from "./ui/icon.tsx";
import { SkeletonRows } from "./ui/skeleton.tsx";
import { Loaded } from "./ui/state.tsx";

/** The agents that signed in. `ofEverybody`: also those of other members, for owners. */
export function AgentList({ ofEverybody }: { ofEverybody: boolean }) {
  const query = useQuery(agentsQuery());
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={2} />}>
      {({ agents }) => {
        const shown = agents.filter(({ mine }) => mine || ofEverybody);
        if (shown.length === 0) return <p className="text-ink-2">None. An agent that you let in is listed here.</p>;
        return (
          <ul className="rounded-lg border border-line bg-raised">
            {shown.map((agent) => (
              <AgentRow key={agent.id} agent={agent} />
            ))}
          </ul>
        );
      }}
    </Loaded>
  );
}

function AgentRow({ agent: { id, name, who, mine, permissions, createdAt, usedAt } }: { agent: AgentView }) {
  const cache = useQueryClient();
  const isOwner = useMay("access:write");
  const end = useMutation({
    mutationFn: () => api.agents.remove({ id }),
    onSuccess: () => void toast.success(`${name} is signed out`),
    onSettled: () => cache.invalidateQueries({ queryKey: agentsQuery().queryKey }),
  });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-3 last:border-b-0">
      <Icon of={Bot} className="shrink-0 text-ink-3" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate font-medium">
          <bdi>{name}</bdi>
          {!mine && (
            <span className="ml-1.5 font-normal text-ink-3">
              for <bdi>{who}</bdi>
            </span>
          )}
        </p>
        <p className="text-meta text-ink-3">
          It {permissionsInWords(permissions)}. Let in <Time at={createdAt} />,{" "}
          {usedAt === null ? (
            "not used yet"
          ) : (
            <>
              last used <Time at={usedAt} />
            </>
          )}
        </p>
      </div>
      {(mine || isOwner) && (
        <Button small busy={end.isPending} onClick={() => end.mutate()}>
          Sign out
        </Button>
      )}
    </li>
  );
}
