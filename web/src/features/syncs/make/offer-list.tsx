import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import { capital } from "#kernel/words.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { useApps } from "../../../lib/apps.ts";
import { connectionsQuery } from "../../../lib/queries.ts";
import { sideWords } from "../use-side-words.ts";
import { type Offer, type Offered, sideText } from "./offers.ts";

/** Ready syncs, each a link to its page with both sides chosen. */
export function OfferList({ offers }: { offers: readonly Offer[] }) {
  if (offers.length === 0) return null;
  return (
    <section aria-label="Ready syncs" className="mx-auto w-full max-w-2xl">
      <h2 className="mb-2 text-body font-semibold">Between your apps</h2>
      <ul className="grid grid-cols-1 gap-2 sm:grid-cols-2">
        {offers.map(({ a, b }) => (
          <li key={`${textOf(a)} ${textOf(b)}`}>
            <Link
              to="/syncs/new"
              search={{ a: textOf(a), b: textOf(b) }}
              className="flex h-full items-center gap-3 rounded-lg border border-line px-3 py-2.5 transition-colors hover:border-line-strong hover:bg-hover"
            >
              <OfferedSide side={a} />
              <Icon of={ArrowLeftRight} size={14} className="shrink-0 text-ink-3" />
              <span className="sr-only">with</span>
              <OfferedSide side={b} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

const textOf = ({ app, connection, type }: Offered): string => sideText({ app, connection, type: type.id });

function OfferedSide({ side: { app, connection, type } }: { side: Offered }) {
  const connections = useQuery(connectionsQuery()).data ?? [];
  const apps = useApps();
  const words = sideWords({ app, connection, type: type.id }, apps, connections, [type]);
  return (
    <span className="flex min-w-0 flex-1 items-center gap-2">
      <AppMark app={app} size={24} />
      <span className="min-w-0">
        <span className="block truncate font-medium">{capital(words.many)}</span>
        <bdi className="block truncate text-meta text-ink-3">{apps.title(app)}</bdi>
      </span>
    </span>
  );
}
