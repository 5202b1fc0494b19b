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
import { Entry } from "./entry.tsx";

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
          <Entry
            key={id}
            urgency="waits"
            about={[
              connection === null ? "Replay" : `Replay, waiting for ${connection.title}`,
              <span key="when">
                asked for <Time at={createdAt} />
              </span>,
            ]}
            title={
              connection === null
                ? `${plural(runs.length, "run")} for a connection that was removed`
                : `${plural(runs.length, "run")}, as soon as ${connection.title} works again`
            }
            actions={
              <May scope="runs:write">
                {connection !== null && (
                  <May scope="connections:write">
                    <Button kind="primary" asChild>
                      <Link to="/connections" search={{ renew: connection.id }}>
                        Reconnect
                      </Link>
                    </Button>
                  </May>
                )}
                <Button kind="quiet" busy={cancel.isPending && cancel.variables === id} onClick={() => cancel.mutate(id)}>
                  Cancel the replays
                </Button>
              </May>
            }
          >
            <p>
              {connection?.reason ??
                (connection === null ? "Choose another connection in the flow, then replay them." : "Test it to begin.")}
            </p>
          </Entry>
        ))}
      </ul>
    </Section>
  );
}
