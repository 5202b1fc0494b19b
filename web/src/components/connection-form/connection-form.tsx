import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { AppView, ConnectionBody, ConnectionView } from "#api/schemas.ts";
import { isReady, loginBody, type LoginDraft } from "#surfaces/login-form.ts";
import { api } from "../../lib/api.ts";
import { useApps } from "../../lib/apps.ts";
import { shortName } from "../../lib/short-name.ts";
import { FormEnd } from "../form-end.tsx";
import { Disclosure } from "../ui/disclosure.tsx";
import { Field, Input, Select } from "../ui/field.tsx";
import { failedTest } from "./failed-test.ts";
import { LoginFields } from "./login-fields.tsx";
import { refreshConnections } from "./refresh.ts";
import { SaveAnyway } from "./save-anyway.tsx";

type Auth = ConnectionBody["auth"];

interface ConnectionFormProps {
  /** The app it is for; chosen in the form unless given. */
  app?: string;
  /** What the connection is called to begin with. */
  name?: string;
  onDone: (added: ConnectionView) => void;
  onCancel: () => void;
}

/** Asks for a login, by what its app needs, tests it and adds it. */
export function ConnectionForm({ app, ...rest }: ConnectionFormProps) {
  const apps = useApps();
  const all = apps.list.filter(({ logins }) => logins.some(({ kind }) => kind !== "none"));
  const first = app === undefined ? apps.main : apps.of(app);
  return first && <Form apps={all} first={first} fixed={app !== undefined} {...rest} />;
}

interface FormProps extends Omit<ConnectionFormProps, "app"> {
  apps: readonly AppView[];
  first: AppView;
  fixed: boolean;
}

function Form({ apps, first, fixed, name: suggested, onDone, onCancel }: FormProps) {
  const [appId, setApp] = useState(first.id);
  const [auth, setAuth] = useState<Auth | null>(null);
  const [title, setTitle] = useState(suggested ?? "");
  const [place, setPlace] = useState<Readonly<Record<string, string>>>({});
  const [baseUrl, setBaseUrl] = useState("");
  const [draft, setDraft] = useState<LoginDraft>({});
  const add = useAdd(onDone);
  const app = apps.find(({ id }) => id === appId) ?? first;
  const login = app.logins.find(({ kind }) => kind === auth) ?? app.logins[0];
  const ready = title.trim() !== "" && login !== undefined && isReady(login, draft);

  const failed = failedTest(add.error);

  function submit(verify: boolean): void {
    if (!ready) return;
    const body: ConnectionBody = {
      name: shortName(title),
      title: title.trim(),
      app: app.id,
      auth: login.kind,
      ...loginBody(login, draft),
      ...filled(place),
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
        apps={fixed ? [] : apps}
        app={app}
        auth={login?.kind ?? "none"}
        onApp={(next) => {
          setApp(next);
          setAuth(null);
          setDraft({});
          setPlace({});
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
      <PlaceFields app={app} values={place} onChange={setPlace} />
      {login !== undefined && <LoginFields login={login} draft={draft} onChange={setDraft} error={failed?.problem} />}
      {login?.kind !== "url" && <BaseAddress key={app.id} app={app} value={baseUrl} onChange={setBaseUrl} />}
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
        onCancel={onCancel}
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

interface PlaceFieldsProps {
  app: AppView;
  values: Readonly<Record<string, string>>;
  onChange: (values: Readonly<Record<string, string>>) => void;
}

/** Which part of the app it is for: a sub-account, say. */
function PlaceFields({ app, values, onChange }: PlaceFieldsProps) {
  return app.place.map(({ name, label, help }) => (
    <Field key={name} label={label} hint={help}>
      {(ids) => (
        <Input
          {...ids}
          value={values[name] ?? ""}
          maxLength={64}
          onChange={(event) => onChange({ ...values, [name]: event.target.value })}
          className="font-mono"
        />
      )}
    </Field>
  ));
}

/** Where the app is reached; in the background where it has an address of its own. */
function BaseAddress({ app, value, onChange }: { app: AppView; value: string; onChange: (value: string) => void }) {
  const isAnywhere = app.baseUrl === "";
  return (
    <Disclosure open={isAnywhere} summary={<span className="text-ink-2">{isAnywhere ? "Address" : "Another address of the API"}</span>}>
      <Field
        label="Base address"
        hint={isAnywhere ? "Steps then give only the path." : "Only when the app is reached somewhere else than usual."}
      >
        {(ids) => (
          <Input
            {...ids}
            type="url"
            value={value}
            placeholder="https://"
            onChange={(event) => onChange(event.target.value)}
            className="font-mono"
          />
        )}
      </Field>
    </Disclosure>
  );
}

/** What was typed, without what was left empty. */
const filled = (typed: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(typed).flatMap(([name, value]) => (value.trim() === "" ? [] : [[name, value.trim()]])));

interface AppAndLoginProps {
  /** To choose from; none where the app is given. */
  apps: readonly AppView[];
  app: AppView;
  auth: Auth;
  onApp: (app: string) => void;
  onAuth: (auth: Auth) => void;
}

function AppAndLogin({ apps, app, auth, onApp, onAuth }: AppAndLoginProps) {
  return (
    <>
      {apps.length > 0 && (
        <Field label="App">
          {(ids) => (
            <Select {...ids} value={app.id} onChange={(event) => onApp(event.target.value)}>
              {apps.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.title}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <Field label="How to log in">
        {(ids) => (
          <Select {...ids} value={auth} onChange={(event) => onAuth(event.target.value as Auth)}>
            {app.logins.map((one) => (
              <option key={one.kind} value={one.kind}>
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
function useAdd(onDone: (added: ConnectionView) => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ body, verify }: { body: ConnectionBody; verify: boolean }) =>
      api.connections.add({ body, query: { verify: String(verify) } }),
    meta: { quiet: true },
    onSuccess: (added) => {
      const { title, status, reason } = added;
      onDone(added);
      if (status === "connected") toast.success(`${title} is connected`);
      else toast.info(`Saved. ${reason ?? "It is not tested yet."}`);
    },
    onSettled: () => refreshConnections(cache),
  });
}
