import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionView } from "#api/schemas.ts";
import { isReady, loginBody, type LoginDraft, type LoginForm } from "#surfaces/login-form.ts";
import { DialogForm } from "../../components/dialog-form.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { api } from "../../lib/api.ts";
import { AllowedLogin } from "../../components/connection-form/allowed-login.tsx";
import { failedTest } from "../../components/connection-form/failed-test.ts";
import { LoginFields } from "../../components/connection-form/login-fields.tsx";
import { isAllowedThere } from "../../components/connection-form/logins.ts";
import { refreshConnections } from "../../components/connection-form/refresh.ts";
import { SaveAnyway } from "../../components/connection-form/save-anyway.tsx";
import { useLogin } from "./use-login.ts";

/** Puts a new secret in the place of the old one, once a test has shown that it works. Flows keep the connection they name. */
export function RenewConnection({ connection, onClose }: { connection: ConnectionView | null; onClose: () => void }) {
  return (
    <Dialog
      open={connection !== null}
      onClose={onClose}
      title={`Reconnect ${connection?.title ?? ""}`.trim()}
      about="The old login is kept until the new one works. Flows go on using this connection."
    >
      {connection !== null && <Renewal connection={connection} onClose={onClose} />}
    </Dialog>
  );
}

/** At the app's page where the login is allowed there; else, or if somebody wants to, with what is typed. */
function Renewal({ connection, onClose }: { connection: ConnectionView; onClose: () => void }) {
  const { app, login } = useLogin(connection);
  if (!app || !isAllowedThere(login)) return <Form connection={connection} onClose={onClose} />;
  return (
    <div className="flex flex-col gap-4 pt-1">
      <AllowedLogin
        app={app}
        login={login}
        connection={connection.id}
        body={({ secret, scopes }) => ({ connection: connection.id, scopes, ...(Object.keys(secret).length > 0 && { secret }) })}
        onCancel={onClose}
      />
      <Disclosure summary={<span className="text-ink-2">Paste new tokens instead</span>}>
        <Form connection={connection} onClose={onClose} />
      </Disclosure>
    </div>
  );
}

function Form({ connection, onClose }: { connection: ConnectionView; onClose: () => void }) {
  const [draft, setDraft] = useState<LoginDraft>({});
  const { login } = useLogin(connection);
  const renew = useRenew(connection, login, onClose);
  const ready = isReady(login, draft);
  const failed = failedTest(renew.error);
  return (
    <DialogForm
      error={failed === null ? renew.error : null}
      aside={failed?.mayHeal === true && <SaveAnyway busy={renew.isPending} onClick={() => renew.mutate({ draft, verify: false })} />}
      action="Reconnect"
      ready={ready && login.fields.length > 0}
      busy={renew.isPending}
      onCancel={onClose}
      onSubmit={() => renew.mutate({ draft, verify: true })}
    >
      {login.fields.length === 0 && <p className="text-ink-2">This connection logs in without a secret.</p>}
      <LoginFields
        login={login}
        draft={draft}
        onChange={(next) => {
          setDraft(next);
          renew.reset();
        }}
        error={failed?.problem}
      />
    </DialogForm>
  );
}

function useRenew({ id, title }: ConnectionView, login: LoginForm, onClose: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ draft, verify }: { draft: LoginDraft; verify: boolean }) =>
      api.connections.change({ id, body: { secret: loginBody(login, draft).secret }, query: { verify: String(verify) } }),
    meta: { quiet: true },
    onSuccess: ({ status, reason }) => {
      onClose();
      if (status === "connected") toast.success(`${title} is connected`);
      else toast.info(`Saved. ${reason ?? "It is not tested yet."}`);
    },
    onSettled: () => refreshConnections(cache),
  });
}
