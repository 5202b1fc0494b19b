import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import type { ReactNode } from "react";
import type { CatalogEntry } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { AppMark } from "../../components/app-mark.tsx";
import { JsonView } from "../../components/json-view.tsx";
import { BackLabel, backLinkClass } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { CopyButton } from "../../components/ui/copy.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty } from "../../components/ui/state.tsx";
import { useApps } from "../../lib/apps.ts";
import { keyToPath, pathToKey } from "../../lib/operation-path.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { catalogQuery, operationQuery } from "../../lib/queries.ts";
import { effectWord } from "./effect-word.ts";
import { InputTable } from "./input-table.tsx";
import { TryIt } from "../../components/try-it/try-it.tsx";

const route = getRouteApi("/catalog/$app/$");

/** One operation: what it is, what it takes, and a form to try it. */
export function OperationPage() {
  const { app, _splat = "" } = route.useParams();
  const apps = useApps();
  const key = pathToKey(_splat);
  const listed = useQuery(catalogQuery()).data?.find((one) => one.app === app && one.key === key);
  const asked = useQuery({ ...operationQuery(app, key), enabled: listed === undefined });
  const entry = listed ?? asked.data ?? null;
  if (entry === null && asked.isPending) return <SkeletonCards cards={2} />;
  if (entry === null) {
    return (
      <Empty
        icon={SearchX}
        action={
          <Button asChild>
            <Link to="/catalog">All operations</Link>
          </Button>
        }
      >
        There is no operation '{key}' in {apps.title(app)}.
      </Empty>
    );
  }
  return <Operation key={`${app}/${key}`} entry={entry} />;
}

function Operation({ entry }: { entry: CatalogEntry }) {
  const apps = useApps();
  const fields = entry.inputs;
  return (
    <article className="flex max-w-3xl flex-col gap-8">
      <header>
        <Link to="/catalog" search={(old) => old} className={`${backLinkClass} lg:!hidden`}>
          <BackLabel>All operations</BackLabel>
        </Link>
        <div className="flex items-start gap-3">
          <AppMark app={entry.app} size={36} />
          <div className="min-w-0 flex-1">
            <h2 className="text-section font-semibold">{operationTitle(entry)}</h2>
            <p className="flex flex-wrap items-center gap-x-2 text-ink-2">
              {apps.title(entry.app)} · {entry.category} · {effectWord(entry)}
              {entry.deprecated && <span className="rounded-sm bg-warning-soft px-1.5 text-warning">Deprecated</span>}
            </p>
          </div>
          {apps.of(entry.app)?.builtIn === false && <ChangeIt entry={entry} />}
        </div>
        {entry.note !== undefined && <p className="mt-3 text-body text-ink-2">{entry.note}</p>}
        <Facts entry={entry} />
      </header>
      {(entry.kind === "action" || entry.kind === "trigger") && (
        <May scope="operations:call">
          <TryIt entry={entry} fields={fields} />
        </May>
      )}
      {fields.length > 0 && (
        <Part title="Inputs">
          <InputTable fields={fields} />
        </Part>
      )}
      <Examples entry={entry} />
    </article>
  );
}

/** The way to the definition of an own app, at this operation. */
function ChangeIt({ entry }: { entry: CatalogEntry }) {
  const search =
    entry.kind === "webhook" ? { tab: "triggers" as const, trigger: entry.key } : { tab: "operations" as const, op: entry.key };
  return (
    <May scope="catalog:write">
      <Button asChild small>
        <Link to="/apps/$app" params={{ app: entry.app }} search={search}>
          Change it
        </Link>
      </Button>
    </May>
  );
}

function Facts({ entry }: { entry: CatalogEntry }) {
  return (
    <dl className="mt-4 grid grid-cols-[6rem_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      <Fact title="Name">
        <code className="font-mono text-meta">{entry.key}</code>
        <CopyButton text={entry.key} label="Copy the name" />
      </Fact>
      {entry.method !== null && entry.path !== null && (
        <Fact title="Request">
          <code className="font-mono text-meta">
            <span className="font-semibold">{entry.method}</span> {entry.path}
          </code>
        </Fact>
      )}
      {entry.version !== null && (
        <Fact title="Version">
          <code className="font-mono text-meta">{entry.version}</code>
        </Fact>
      )}
      {entry.scopes.length > 0 && (
        <Fact title="Scopes">
          {entry.scopes.map((scope) => (
            <code key={scope} className="rounded-sm bg-neutral-soft px-1.5 font-mono text-meta leading-5">
              {scope}
            </code>
          ))}
          {entry.scopesLikely === true && <span className="text-meta text-ink-3">likely; the vendor names none</span>}
        </Fact>
      )}
      {entry.kind === "webhook" && entry.reconcile !== undefined && (
        <Fact title="If lost">
          found again where the trigger says <code className="font-mono text-meta">"reconcile": "15m"</code>
          {entry.reconcile.length > 0 && (
            <>
              {" "}
              and gives <code className="font-mono text-meta">{entry.reconcile.join(", ").replaceAll("|", " or ")}</code>
            </>
          )}
        </Fact>
      )}
      {entry.events !== undefined && (
        <Fact title="How changes are noticed">
          by looking at the list, and sooner by <code className="font-mono text-meta">{entry.events.join(", ")}</code>
        </Fact>
      )}
      {entry.newer !== undefined && (
        <Fact title="Newer API">
          <Link
            to="/catalog/$app/$"
            params={{ app: entry.app, _splat: keyToPath(entry.newer) }}
            search={(old) => old}
            className="rounded-sm font-mono text-meta text-accent-ink hover:underline"
          >
            {entry.newer}
          </Link>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <dt className="leading-6 text-ink-3">{title}</dt>
      <dd className="flex min-h-6 flex-wrap items-center gap-1">{children}</dd>
    </>
  );
}

function Examples({ entry }: { entry: CatalogEntry }) {
  if (entry.example == null) return null;
  return (
    <Part title="Example">
      <JsonView value={entry.example} label="the example" open={3} />
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 text-body font-semibold">{title}</h3>
      {children}
    </section>
  );
}
