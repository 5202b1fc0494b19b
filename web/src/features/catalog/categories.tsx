import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { AppMark } from "../../components/app-mark.tsx";
import { useApps } from "../../lib/apps.ts";
import { catalogQuery } from "../../lib/queries.ts";
import { plural } from "../../lib/words.ts";
import { appsOf, categoriesOf } from "./catalog-page.tsx";

/** Beside the list while no operation is chosen: each app with its categories. */
export function Categories() {
  const apps = useApps();
  const entries = useQuery(catalogQuery()).data ?? [];
  return (
    <div className="flex flex-col gap-8">
      {appsOf(entries).map((app) => {
        const own = entries.filter((entry) => entry.app === app);
        return (
          <section key={app}>
            <div className="mb-3 flex items-center gap-3">
              <AppMark app={app} size={32} />
              <div>
                <h2 className="text-body font-semibold">{apps.title(app)}</h2>
                <p className="text-meta text-ink-3 tabular">
                  {plural(own.length, "operation")}
                  {apps.of(app)?.builtIn === false && (
                    <>
                      {" · "}
                      <Link to="/apps/$app" params={{ app }} className="rounded-sm text-accent-ink hover:underline">
                        your app
                      </Link>
                    </>
                  )}
                </p>
              </div>
            </div>
            <ul className="-mx-2 grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-x-4">
              {categoriesOf(own).map((category) => (
                <li key={category}>
                  <Link
                    to="/catalog"
                    search={{ app, category }}
                    className="flex h-9 items-center justify-between gap-3 rounded-md px-2 transition-colors -outline-offset-1 hover:bg-hover"
                  >
                    <span className="truncate">{category}</span>
                    <span className="shrink-0 text-meta whitespace-nowrap text-ink-3 tabular">
                      {own.filter((entry) => entry.category === category).length}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
