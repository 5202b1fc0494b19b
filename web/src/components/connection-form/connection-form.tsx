import { useState } from "react";
import type { AppView, ConnectionView } from "#api/schemas.ts";
import { begunConsent } from "../../lib/consent.ts";
import { useApps } from "../../lib/apps.ts";
import { Choices } from "../ui/choices.tsx";
import { Field, Select } from "../ui/field.tsx";
import { NewAllowedLogin } from "./new-allowed-login.tsx";
import { PastedLogin } from "./pasted-login.tsx";
import { aboutWay, allowedWay, waysOf, type Way } from "./ways.ts";

interface ConnectionFormProps {
  /** The app it is for; chosen in the form unless given. */
  app?: string | undefined;
  /** What the connection is called to begin with. */
  name?: string;
  onDone: (added: ConnectionView) => void;
  onCancel: () => void;
}

/** Asks for a login, by what its app needs, tests it and adds it; or leads to the app's page, where it is allowed. */
export function ConnectionForm({ app, ...rest }: ConnectionFormProps) {
  const apps = useApps();
  const all = apps.list.filter(({ logins }) => logins.some(({ kind }) => kind !== "none"));
  const first = app === undefined ? apps.main : apps.of(app);
  return first && <Choice apps={app === undefined ? all : []} first={first} {...rest} />;
}

interface ChoiceProps extends Omit<ConnectionFormProps, "app"> {
  /** To choose from; none where the app is given. */
  apps: readonly AppView[];
  first: AppView;
}

function Choice({ apps, first, name = "", onDone, onCancel }: ChoiceProps) {
  const [begun] = useState(() => {
    const last = begunConsent();
    return last !== null && [first, ...apps].some(({ id }) => id === last.app) ? last : null;
  });
  const [appId, setApp] = useState(begun?.app ?? first.id);
  const [wayId, setWay] = useState<string | null>(begun && allowedWay(begun.kind));
  const [title, setTitle] = useState(begun?.title || name);
  const app = apps.find(({ id }) => id === appId) ?? first;
  const ways = waysOf(app);
  const way = ways.find(({ id }) => id === wayId) ?? ways[0];
  const shared = { app, title, onTitle: setTitle, onCancel };
  return (
    <div className="flex flex-col gap-4">
      {apps.length > 0 && (
        <Field label="App">
          {(ids) => (
            <Select
              {...ids}
              value={app.id}
              onChange={(event) => {
                setApp(event.target.value);
                setWay(null);
              }}
            >
              {apps.map(({ id, title: of }) => (
                <option key={id} value={id}>
                  {of}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <WayChoice app={app} ways={ways} value={way?.id ?? ""} onChange={setWay} />
      {way !== undefined && <LoginOf key={`${app.id} ${way.id}`} way={way} {...shared} onDone={onDone} />}
    </div>
  );
}

/** So many are shown side by side, with what each means. */
const mostInSight = 3;

interface WayChoiceProps {
  app: AppView;
  ways: readonly Way[];
  value: string;
  onChange: (id: string) => void;
}

function WayChoice({ app, ways, value, onChange }: WayChoiceProps) {
  if (ways.length < 2) return null;
  if (ways.length <= mostInSight)
    return (
      <Choices
        legend="How to log in"
        name="way"
        value={value}
        onChange={onChange}
        options={ways.map((way) => ({ value: way.id, title: way.title, about: aboutWay(app, way) }))}
      />
    );
  return (
    <Field label="How to log in">
      {(ids) => (
        <Select {...ids} value={value} onChange={(event) => onChange(event.target.value)}>
          {ways.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

interface LoginOfProps extends Pick<ConnectionFormProps, "onDone" | "onCancel"> {
  app: AppView;
  way: Way;
  title: string;
  onTitle: (title: string) => void;
}

const LoginOf = ({ way, onDone, ...shared }: LoginOfProps) =>
  way.allowed ? <NewAllowedLogin login={way.allowed} {...shared} /> : <PastedLogin login={way.login} onDone={onDone} {...shared} />;
