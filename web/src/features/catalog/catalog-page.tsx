import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, getRouteApi, useMatchRoute } from "@tanstack/react-router";
import { useDeferredValue, useMemo } from "react";
import type { CatalogEntry } from "#api/schemas.ts";
import { Plus } from "lucide-react";
import { AppMark } from "../../components/app-mark.tsx";
import { May } from "../../components/may.tsx";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { useApps } from "../../lib/apps.ts";
import { cx } from "../../lib/cx.ts";
import { findOperations } from "#surfaces/find-operations.ts";
import { stepRow, useKeys } from "../../lib/keys.ts";
import { keyToPath } from "../../lib/operation-path.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { catalogQuery, endpointsQuery } from "../../lib/queries.ts";
import { plural } from "../../lib/words.ts";
import { effectWord } from "./effect-word.ts";
import type { CatalogSearch } from "./search.ts";

const route = getRouteApi("/catalog");

/** Everything the apps can do: a list at the left, one operation beside it. */
export function CatalogPage() {
  const query = useQuery(route.useSearch().all ? endpointsQuery() : catalogQuery());
  const chosen = useMatchRoute()({ to: "/catalog/$app/$" });
  return (
    <Page
      title="Apps & operations"
      about="Everything a flow can do, and what can start one."
      wide
      actions={
        <May scope="catalog:write">
          <Button asChild>
            <Link to="/apps/new">
              <Icon of={Plus} size={14} />
              Add an app
            </Link>
          </Button>
        </May>
      }
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={12} />}>
        {(entries) => (
          <div className="grid grid-cols-1 gap-8 lg:grid-cols-[22rem_minmax(0,1fr)]">
            <div className={cx(chosen !== false && "max-lg:hidden")}>
              <Browser entries={entries} />
            </div>
            <div className={cx("min-w-0", chosen === false && "max-lg:hidden")}>
              <Outlet />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Browser({ entries }: { entries: CatalogEntry[] }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const words = useDeferredValue(search.q ?? "");
  const matches = useMemo(
    () =>
      findOperations(
        entries.filter((entry) => fits(entry, search)),
        words,
      ),
    [entries, search, words],
  );
  const apps = useApps();
  const everyEndpoint = `Every ${apps.list.find(({ endpoints }) => endpoints)?.title ?? "app's"} endpoint`;
  const change = (patch: CatalogSearch) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true, resetScroll: false });
  useKeys({ j: () => stepRow(1), k: () => stepRow(-1) });
  return (
    <div className="lg:sticky lg:top-6">
      <div role="search" aria-label="Find an operation" className="flex flex-col gap-2">
        <SearchInput label="Find an operation" value={search.q ?? ""} onChange={(q) => change({ q: q || undefined })} />
        <div className="grid grid-cols-2 gap-2">
          <Choice
            label="App"
            all="All apps"
            value={search.app}
            onChange={(app) => change({ app, category: undefined })}
            options={appsOf(entries).map((app) => [app, apps.title(app)])}
          />
          <Choice
            label="Category"
            all="All categories"
            value={search.category}
            onChange={(category) => change({ category })}
            options={categoriesOf(entries.filter((entry) => search.app === undefined || entry.app === search.app)).map((category) => [
              category,
              category,
            ])}
          />
        </div>
        <label className="flex items-center gap-2 px-0.5 text-ink-2">
          <Checkbox
            label={everyEndpoint}
            checked={search.all === true}
            onChange={(all) => change({ all: all || undefined, category: undefined })}
          />
          {everyEndpoint}
        </label>
      </div>
      <p className="px-2 pt-3 pb-1.5 text-meta text-ink-3 tabular">{plural(matches.length, "operation")}</p>
      <Results matches={matches} grouped={words === ""} />
    </div>
  );
}

function fits(entry: CatalogEntry, { app, category }: CatalogSearch): boolean {
  return (app === undefined || entry.app === app) && (category === undefined || entry.category === category);
}

export function appsOf(entries: readonly CatalogEntry[]): string[] {
  return [...new Set(entries.map((entry) => entry.app))];
}

export function categoriesOf(entries: readonly CatalogEntry[]): string[] {
  return [...new Set(entries.map((entry) => entry.category))].sort((a, b) => a.localeCompare(b));
}

interface ChoiceProps {
  label: string;
  all: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  options: [string, string][];
}

function Choice({ label, all, value, onChange, options }: ChoiceProps) {
  return (
    <Select aria-label={label} value={value ?? ""} onChange={(event) => onChange(event.target.value || undefined)}>
      <option value="">{all}</option>
      {options.map(([one, title]) => (
        <option key={one} value={one}>
          {title}
        </option>
      ))}
    </Select>
  );
}

function Results({ matches, grouped }: { matches: CatalogEntry[]; grouped: boolean }) {
  const apps = useApps();
  if (matches.length === 0) return <p className="px-2 py-8 text-ink-2">No operation fits. Try fewer letters, or all apps.</p>;
  const groups = grouped ? Object.groupBy(matches, (entry) => headingOf(entry, apps.title(entry.app))) : { "": matches };
  return (
    <div className="lg:max-h-[calc(100dvh-13rem)] lg:overflow-y-auto lg:overscroll-contain">
      {Object.entries(groups).map(([title, entries]) => (
        <section key={title} aria-label={title || "Found"} className="[contain-intrinsic-size:auto_200px] [content-visibility:auto]">
          {title !== "" && <h2 className="sticky top-0 z-10 bg-canvas px-2 pt-2 pb-1 text-meta font-medium text-ink-3">{title}</h2>}
          <ul>
            {entries?.map((entry) => (
              <li key={`${entry.app}/${entry.key}`}>
                <Result entry={entry} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function headingOf({ category }: CatalogEntry, app: string): string {
  return category === app ? category : `${app} · ${category}`;
}

function Result({ entry }: { entry: CatalogEntry }) {
  return (
    <Link
      to="/catalog/$app/$"
      params={{ app: entry.app, _splat: keyToPath(entry.key) }}
      search={(old) => old}
      data-row
      className="flex h-9 items-center gap-2.5 rounded-md px-2 transition-colors -outline-offset-1 hover:bg-hover"
      activeProps={{ className: "bg-selected" }}
      resetScroll={false}
    >
      <AppMark app={entry.app} size={20} />
      <span className={cx("min-w-0 flex-1 truncate", entry.deprecated && "text-ink-3")} title={operationTitle(entry)}>
        {operationTitle(entry)}
      </span>
      <span className="shrink-0 text-meta text-ink-3">{effectWord(entry)}</span>
    </Link>
  );
}
