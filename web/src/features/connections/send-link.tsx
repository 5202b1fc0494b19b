import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionView } from "#api/schemas.ts";
import { refreshConnections } from "../../components/connection-form/refresh.ts";
import { ShownOnce } from "../../components/shown-once.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Select } from "../../components/ui/field.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { useApps } from "../../lib/apps.ts";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { minuteOf } from "../../lib/time.ts";

/** Creates a link with which somebody without an account here can give the connection a new login. */
export function SendLink({ connection, onClose }: { connection: ConnectionView | null; onClose: () => void }) {
  const apps = useApps();
  return (
    <Dialog
      open={connection !== null}
      onClose={onClose}
      title="Send a reconnect link"
      about={
        connection && (
          <>
            Whoever opens it can give <bdi>{connection.title}</bdi> a new login at {apps.title(connection.app)}, once. They need no account
            here and see nothing else.
          </>
        )
      }
    >
      {connection !== null && <LinkForm key={connection.id} connection={connection} onClose={onClose} />}
    </Dialog>
  );
}

const usualDays = 7;
const choices = [1, 3, usualDays, 14, 30];

function LinkForm({ connection, onClose }: { connection: ConnectionView; onClose: () => void }) {
  const [days, setDays] = useState(usualDays);
  const { make, withdraw } = useLink(connection, onClose);
  const open = connection.reconnectLink;
  if (make.data) return <Made link={make.data} onClose={onClose} />;
  return (
    <form
      noValidate
      className="flex flex-col gap-4 pt-1"
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate(days);
      }}
    >
      {open !== null && (
        <p className="rounded-md bg-neutral-soft px-3 py-2">
          An earlier link works until {minuteOf(open.expiresAt)}. A new link replaces it.
        </p>
      )}
      <Field label="It can be used for">
        {(ids) => (
          <Select {...ids} value={String(days)} onChange={(event) => setDays(Number(event.target.value))}>
            {choices.map((each) => (
              <option key={each} value={each}>
                {each === 1 ? "1 day" : `${each} days`}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {make.error && <Problem>{messageOf(make.error)}</Problem>}
      <div className="flex flex-wrap justify-end gap-2">
        {open !== null && (
          <Button type="button" className="mr-auto" busy={withdraw.isPending} onClick={() => withdraw.mutate()}>
            Withdraw the link
          </Button>
        )}
        <Button type="button" onClick={onClose}>
          Cancel
        </Button>
        <Button kind="primary" type="submit" busy={make.isPending}>
          Create link
        </Button>
      </div>
    </form>
  );
}

function Made({ link: { url, expiresAt }, onClose }: { link: { url: string; expiresAt: number }; onClose: () => void }) {
  return (
    <ShownOnce text={url} copyLabel="Copy the link" onDone={onClose}>
      Send this link to the person who has the login. It works once, until {minuteOf(expiresAt)}, and is shown only now.
    </ShownOnce>
  );
}

function useLink({ id }: ConnectionView, onWithdrawn: () => void) {
  const cache = useQueryClient();
  const onSettled = () => refreshConnections(cache);
  const make = useMutation({
    mutationFn: (days: number) => api.connections.createReconnectLink({ id, body: { days } }),
    meta: { quiet: true },
    onSettled,
  });
  const withdraw = useMutation({
    mutationFn: () => api.connections.withdrawReconnectLink({ id }),
    onSuccess: () => {
      toast.success("The reconnect link is withdrawn");
      onWithdrawn();
    },
    onSettled,
  });
  return { make, withdraw };
}
