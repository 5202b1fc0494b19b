import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionBody } from "#server/contract.ts";
import { FormEnd } from "../../components/form-end.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Field, Input, Select } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { appTitle } from "../../lib/app-titles.ts";
import { catalogQuery, connectionsQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { LoginFields } from "./login-fields.tsx";
import { type Auth, type Draft, isReady, loginBody, loginsOf } from "./logins.ts";
import { shortName } from "../../lib/short-name.ts";

/** Adds a login by its token. */
export function AddConnection({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Add connection">
      {open && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const [app, setApp] = useState("highlevel");
  const [auth, setAuth] = useState<Auth | null>(null);
  const [title, setTitle] = useState("");
  const [location, setLocation] = useState("");
  const [baseUrl, setBaseUrl] = useState("");
  const [draft, setDraft] = useState<Draft>({});
  const add = useAdd(onClose);
  const logins = loginsOf(app);
  const login = logins.find((one) => one.auth === auth) ?? logins[0];
  const ready = title.trim() !== "" && login !== undefined && isReady(login, draft);

  function submit(): void {
    if (!ready) return;
    add.mutate({
      name: shortName(title),
      title: title.trim(),
      app,
      auth: login.auth,
      ...loginBody(draft),
      ...(location.trim() === "" ? {} : { locationId: location.trim() }),
      ...(baseUrl.trim() === "" ? {} : { baseUrl: baseUrl.trim() }),
    });
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <AppAndLogin
        app={app}
        auth={login?.auth ?? "none"}
        onApp={(next) => {
          setApp(next);
          setAuth(null);
          setDraft({});
        }}
        onAuth={(next) => {
          setAuth(next);
          setDraft({});
        }}
      />
      <Field
        label="Name"
        hint={title.trim() === "" ? "How people call it: the client's name, say." : `Flows call it '${shortName(title)}'.`}
      >
        {(ids) => (
          <Input {...ids} value={title} maxLength={120} placeholder="Acme Dental" onChange={(event) => setTitle(event.target.value)} />
        )}
      </Field>
      {app === "highlevel" && (
        <Field label="Sub-account id" hint="In HighLevel: Settings, Business profile. Leave it empty for an agency login.">
          {(ids) => (
            <Input {...ids} value={location} maxLength={64} onChange={(event) => setLocation(event.target.value)} className="font-mono" />
          )}
        </Field>
      )}
      {login !== undefined && <LoginFields login={login} draft={draft} onChange={setDraft} />}
      {login?.auth !== "url" && (
        <Disclosure
          open={app === "http"}
          key={app}
          summary={<span className="text-ink-2">{app === "http" ? "Address" : "Another address of the API"}</span>}
        >
          <Field
            label="Base address"
            hint={app === "http" ? "Steps then give only the path." : "Only when the app is reached somewhere else than usual."}
          >
            {(ids) => (
              <Input
                {...ids}
                type="url"
                value={baseUrl}
                placeholder="https://"
                onChange={(event) => setBaseUrl(event.target.value)}
                className="font-mono"
              />
            )}
          </Field>
        </Disclosure>
      )}
      <FormEnd error={add.error} action="Add connection" ready={ready} busy={add.isPending} onCancel={onClose} />
    </form>
  );
}

interface AppAndLoginProps {
  app: string;
  auth: Auth;
  onApp: (app: string) => void;
  onAuth: (auth: Auth) => void;
}

function AppAndLogin({ app, auth, onApp, onAuth }: AppAndLoginProps) {
  const catalog = useQuery(catalogQuery()).data ?? [];
  const apps = [...new Set(["highlevel", ...catalog.map((entry) => entry.app)])].filter((one) => one !== "millrace");
  const logins = loginsOf(app);
  return (
    <>
      <Field label="App">
        {(ids) => (
          <Select {...ids} value={app} onChange={(event) => onApp(event.target.value)}>
            {apps.map((one) => (
              <option key={one} value={one}>
                {appTitle(one)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="How to log in">
        {(ids) => (
          <Select {...ids} value={auth} onChange={(event) => onAuth(event.target.value as Auth)}>
            {logins.map((one) => (
              <option key={one.auth} value={one.auth}>
                {one.title}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </>
  );
}

/** Saves, then tests at once: a login that does not work should be known now and not at three in the morning. */
function useAdd(onClose: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (body: ConnectionBody) => {
      const connection = await api.connections.add(body);
      // Saved is saved: a test that cannot be made is told like one that failed.
      const test = await api.connections.test(connection.id).catch((error: unknown) => ({ ok: false, message: messageOf(error) }));
      return { connection, test };
    },
    meta: { quiet: true },
    onSuccess: ({ connection, test }) => {
      onClose();
      if (test.ok) toast.success(`${connection.title} is connected`);
      else toast.error(`Saved, but the test failed. ${test.message}`);
    },
    onSettled: () => cache.invalidateQueries({ queryKey: connectionsQuery().queryKey }),
  });
}
