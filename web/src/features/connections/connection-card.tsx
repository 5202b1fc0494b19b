import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound, MoreHorizontal, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionView } from "#server/contract.ts";
import { CardHead } from "../../components/card-head.tsx";
import { ConnectionState } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { api } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { cx } from "../../lib/cx.ts";
import { connectionsQuery } from "../../lib/queries.ts";
import { plural } from "../../lib/words.ts";
import { Quota } from "./quota.tsx";

/** A login with its state, its budget and what can be done with it. */
export function ConnectionCard({ connection, onRenew }: { connection: ConnectionView; onRenew: () => void }) {
  const ill = connection.status !== "connected";
  return (
    <article aria-label={connection.title} className="flex h-full flex-col rounded-lg border border-line bg-raised">
      <CardHead of={connection} aside={<ConnectionState status={connection.status} />} />
      {ill && connection.reason !== undefined && (
        <p className={cx("mx-4 mb-4 rounded-md px-3 py-2", connection.status === "broken" ? "bg-failure-soft" : "bg-warning-soft")}>
          {connection.reason}
        </p>
      )}
      <Facts connection={connection} />
      {connection.quota !== null && <Quota quota={connection.quota} />}
      <Actions connection={connection} onRenew={onRenew} />
    </article>
  );
}

function Facts({ connection }: { connection: ConnectionView }) {
  const now = useNow();
  const { locationId, companyId, scopes, lastUsedAt, expiresAt, baseUrl } = connection;
  return (
    <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 gap-y-1 px-4 pb-4">
      {locationId !== undefined && (
        <Fact title="Sub-account" code>
          {locationId}
        </Fact>
      )}
      {locationId === undefined && companyId !== undefined && (
        <Fact title="Agency" code>
          {companyId}
        </Fact>
      )}
      {baseUrl !== undefined && (
        <Fact title="Address" code>
          {baseUrl}
        </Fact>
      )}
      {scopes !== undefined && (
        <Fact title="Scopes" title2={scopes.join("\n")}>
          {plural(scopes.length, "scope")}
        </Fact>
      )}
      {expiresAt !== undefined && (
        <Fact title={expiresAt < now ? "Token ended" : "Token ends"}>
          <Time at={expiresAt} />
        </Fact>
      )}
      <Fact title="Last used">{lastUsedAt === undefined ? "Not yet" : <Time at={lastUsedAt} />}</Fact>
    </dl>
  );
}

function Fact({ title, title2, code = false, children }: { title: string; title2?: string; code?: boolean; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{title}</dt>
      <dd className={cx("truncate", code && "font-mono text-meta leading-5")} title={title2}>
        {children}
      </dd>
    </>
  );
}

function Actions({ connection, onRenew }: { connection: ConnectionView; onRenew: () => void }) {
  const [removing, setRemoving] = useState(false);
  const cache = useQueryClient();
  const refresh = () => cache.invalidateQueries({ queryKey: connectionsQuery().queryKey });
  const test = useMutation({
    mutationFn: () => api.connections.test(connection.id),
    onSuccess: ({ ok, message }) => {
      if (ok) toast.success(message);
      else toast.error(message);
      return refresh();
    },
  });
  const remove = useMutation({
    mutationFn: () => api.connections.remove(connection.id),
    onSuccess: () => {
      toast.success("Connection removed");
      setRemoving(false);
      return refresh();
    },
  });
  return (
    <div className="mt-auto flex items-center gap-2 border-t border-line px-4 py-3">
      <Button small busy={test.isPending} onClick={() => test.mutate()}>
        Test connection
      </Button>
      {connection.status === "broken" && (
        <Button small kind="primary" onClick={onRenew}>
          Reconnect
        </Button>
      )}
      <Menu
        trigger={
          <IconButton small label={`More about ${connection.title}`} className="ml-auto">
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        <MenuItem icon={KeyRound} onSelect={onRenew}>
          Replace the secret
        </MenuItem>
        <MenuItem icon={Trash2} danger onSelect={() => setRemoving(true)}>
          Remove connection
        </MenuItem>
      </Menu>
      <Confirm
        open={removing}
        onClose={() => setRemoving(false)}
        title="Remove this connection?"
        action="Remove connection"
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        The secret of <bdi>{connection.title}</bdi> is destroyed. Flows that use{" "}
        <code className="font-mono text-meta">{connection.name}</code> fail until it is added again under the same name.
      </Confirm>
    </div>
  );
}
