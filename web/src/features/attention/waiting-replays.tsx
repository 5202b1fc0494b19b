import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { toast } from "sonner";
import type { WaitingReplayView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Section } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { api } from "../../lib/api.ts";
import { waitingReplaysQuery } from "../../lib/queries.ts";
import { plural } from "../../lib/words.ts";

/** Runs that are replayed by themselves as soon as a connection works again. */
export function WaitingReplays({ waiting }: { waiting: readonly WaitingReplayView[] }) {
  const cache = useQueryClient();
  const cancel = useMutation({
    mutationFn: (id: string) => api.runs.cancelWaitingReplay({ id }),
    onSuccess: () => {
      toast.success("The replays are cancelled. The runs stay in the list below");
      return cache.invalidateQueries({ queryKey: waitingReplaysQuery().queryKey });
    },
  });
  return (
    <Section title="Replays that wait">
      <ul className="flex flex-col gap-3">
        {waiting.map(({ id, connection, runs, createdAt }) => (
          <li key={id} className="flex flex-wrap items-start gap-x-4 gap-y-3 rounded-lg border border-line bg-raised p-4">
            <div className="min-w-0 flex-1 basis-56">
              <p className="text-body font-medium">
                {connection === null
                  ? `${plural(runs.length, "run")} for a connection that was removed`
                  : `${plural(runs.length, "run")}, as soon as ${connection.title} works again`}
              </p>
              <p className="mt-0.5 text-ink-2">
                {connection?.reason ??
                  (connection === null ? "Choose another connection in the flow, then replay them." : "Test it to begin.")}{" "}
                Asked for <Time at={createdAt} />.
              </p>
            </div>
            <May scope="runs:write">
              <div className="flex flex-wrap items-center gap-2">
                <Button kind="quiet" busy={cancel.isPending && cancel.variables === id} onClick={() => cancel.mutate(id)}>
                  Cancel the replays
                </Button>
                {connection !== null && (
                  <May scope="connections:write">
                    <Button asChild>
                      <Link to="/connections" search={{ renew: connection.id }}>
                        Reconnect
                      </Link>
                    </Button>
                  </May>
                )}
              </div>
            </May>
          </li>
        ))}
      </ul>
    </Section>
  );
}
