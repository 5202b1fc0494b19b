import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionBody } from "#api/schemas.ts";
import { FormEnd } from "../../components/form-end.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Field, Input, Select } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { appTitle } from "../../lib/app-titles.ts";
import { catalogQuery } from "../../lib/queries.ts";
import { failedTest } from "./failed-test.ts";
import { LoginFields } from "./login-fields.tsx";
import { type Auth, type Draft, isReady, loginBody, loginsOf } from "./logins.ts";
import { refreshConnections } from "./refresh.ts";
import { SaveAnyway } from "./save-anyway.tsx";
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

  const failed = failedTest(add.error);

  function submit(verify: boolean): void {
    if (!ready) return;
    const body: ConnectionBody = {
      name: shortName(title),
      title: title.trim(),
      app,
      auth: login.auth,
      ...loginBody(draft),
      ...(location.trim() === "" ? {} : { locationId: location.trim() }),
      ...(baseUrl.trim() === "" ? {} : { baseUrl: baseUrl.trim() }),
    };
    add.mutate({ body, verify });
  }

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit(true);
      }}
      onChange={() => add.isError && add.reset()}
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
      {login !== undefined && <LoginFields login={login} draft={draft} onChange={setDraft} error={failed?.problem} />}
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
      {failed !== null && login?.fields.length === 0 && (
        <p role="alert" className="rounded-md bg-failure-soft px-3 py-2">
          {failed.problem}
        </p>
      )}
      <FormEnd
        error={failed === null ? add.error : null}
        action="Test and add"
        ready={ready}
        busy={add.isPending}
        onCancel={onClose}
        aside={
          failed !== null && (
            <SaveAnyway busy={add.isPending} onClick={() => submit(false)}>
              Save without a working test
            </SaveAnyway>
          )
        }
      />
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

/** Tested first: a login that does not work should be known now and not at three in the morning. */
function useAdd(onClose: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ body, verify }: { body: ConnectionBody; verify: boolean }) =>
      api.connections.add({ body, query: { verify: String(verify) } }),
    meta: { quiet: true },
    onSuccess: ({ title, status, reason }) => {
      onClose();
      if (status === "connected") toast.success(`${title} is connected`);
      else toast.info(`Saved. ${reason ?? "It is not tested yet."}`);
    },
    onSettled: () => refreshConnections(cache),
  });
}
