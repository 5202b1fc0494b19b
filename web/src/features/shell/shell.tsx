import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ExternalLink, FlaskConical, type LucideIcon, Search } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "../../components/ui/icon.tsx";
import { cx } from "../../lib/cx.ts";
import { useFocusKept } from "../../lib/focus.ts";
import { type Place, isInBar, usePlaces } from "../../lib/places.ts";
import { overviewQuery } from "../../lib/queries.ts";
import { useAttention } from "../../lib/use-attention.ts";
import { count } from "../../lib/words.ts";
import { Wordmark } from "../../components/wordmark.tsx";
import { HoldBanner } from "./hold-banner.tsx";
import { Preferences } from "./preferences.tsx";
import { WorkspaceMenu } from "./workspace-menu.tsx";

/** The frame around every page: a rail at the left, on a phone a bar at the bottom. */
export function Shell({ onSearch, children }: { onSearch: () => void; children: ReactNode }) {
  const overview = useQuery(overviewQuery());
  const attention = useAttention().count ?? 0;
  useFocusKept();
  return (
    <div className="min-h-dvh md:pl-[220px]">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-raised px-3 py-2 shadow-float focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <Rail attention={attention} sandboxUrl={overview.data?.sandboxUrl ?? null} onSearch={onSearch} />
      <PhoneTop onSearch={onSearch} sandboxUrl={overview.data?.sandboxUrl ?? null} />
      <main id="content" tabIndex={-1} className="pb-16 outline-none md:pb-0">
        {overview.data?.held === true && <HoldBanner />}
        {children}
      </main>
      <PhoneBar attention={attention} />
    </div>
  );
}

function Rail({ attention, sandboxUrl, onSearch }: { attention: number; sandboxUrl: string | null; onSearch: () => void }) {
  const places = usePlaces();
  return (
    <aside className="fixed inset-y-0 left-0 z-20 hidden w-[220px] flex-col border-r border-line bg-rail px-3 py-3 md:flex">
      <Link to="/" className="mb-3 flex h-8 items-center px-2" aria-label="Millrace, home">
        <Wordmark />
      </Link>
      <WorkspaceMenu className="mb-2" />
      <SearchButton onClick={onSearch} />
      <nav aria-label="Main" className="mt-3 flex flex-1 flex-col gap-0.5">
        {places.map((place) => (
          <RailLink key={place.to} {...place} badge={place.to === "/attention" ? attention : 0} />
        ))}
      </nav>
      <div className="flex flex-col gap-0.5">
        {sandboxUrl !== null && (
          <a href={sandboxUrl} target="_blank" rel="noreferrer" className={cx(railItem, "group/sandbox")}>
            <Icon of={FlaskConical} className="text-ink-3" />
            Sandbox
            <Icon
              of={ExternalLink}
              size={13}
              className="ml-auto text-ink-3 opacity-0 transition-opacity group-hover/sandbox:opacity-100 group-focus-visible/sandbox:opacity-100"
            />
          </a>
        )}
        <Preferences className={railItem} />
      </div>
    </aside>
  );
}

const railItem =
  "flex h-8 w-full items-center gap-2.5 rounded-md px-2 text-ui font-medium text-ink-2 transition-colors hover:bg-hover hover:text-ink data-[state=open]:bg-hover";

function SearchButton({ onClick }: { onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="flex h-8 items-center gap-2.5 rounded-md border border-line bg-raised px-2 text-ui text-ink-3 transition-colors hover:border-line-strong hover:text-ink-2"
    >
      <Icon of={Search} />
      Search
      <kbd className="ml-auto font-sans text-meta text-ink-3">{/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘K" : "Ctrl K"}</kbd>
    </button>
  );
}

function RailLink({ to, title, icon, badge }: { to: Place["to"]; title: string; icon: LucideIcon; badge: number }) {
  return (
    <Link
      to={to}
      activeOptions={{ exact: to === "/", includeSearch: false }}
      className={railItem}
      activeProps={{ className: "bg-selected !text-ink" }}
    >
      <Icon of={icon} className="text-ink-3" />
      {title}
      {badge > 0 && (
        <span className="ml-auto rounded-full bg-failure-soft px-1.5 text-meta font-semibold text-failure tabular">{count(badge)}</span>
      )}
    </Link>
  );
}

function PhoneTop({ onSearch, sandboxUrl }: { onSearch: () => void; sandboxUrl: string | null }) {
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-1 border-b border-line bg-canvas/90 px-4 backdrop-blur md:hidden">
      <Link to="/" aria-label="Millrace, home" className="mr-auto">
        <Wordmark />
      </Link>
      <WorkspaceMenu className="max-w-40" />
      <button
        type="button"
        aria-label="Search"
        onClick={onSearch}
        className="grid size-9 place-items-center rounded-md text-ink-2 hover:bg-hover"
      >
        <Icon of={Search} size={18} />
      </button>
      <Preferences className="grid size-9 place-items-center rounded-md text-ink-2 hover:bg-hover" iconOnly sandboxUrl={sandboxUrl} />
    </header>
  );
}

function PhoneBar({ attention }: { attention: number }) {
  const barPlaces = usePlaces().filter(isInBar);
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-20 grid grid-cols-5 border-t border-line bg-canvas/95 pb-[env(safe-area-inset-bottom)] backdrop-blur md:hidden"
    >
      {barPlaces.map((place) => (
        <Link
          key={place.to}
          to={place.to}
          activeOptions={{ exact: place.to === "/", includeSearch: false }}
          className="relative flex h-14 flex-col items-center justify-center gap-1 text-[0.6875rem] font-medium text-ink-3"
          activeProps={{ className: "!text-accent-ink" }}
        >
          <Icon of={place.icon} size={20} />
          {"short" in place ? place.short : place.title}
          {place.to === "/attention" && attention > 0 && (
            <span className="absolute top-1.5 left-1/2 ml-1.5 min-w-4 rounded-full bg-failure px-1 text-center text-[0.625rem] leading-4 font-semibold text-on-accent tabular">
              {attention > 99 ? "99+" : attention}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
