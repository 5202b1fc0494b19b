import type { ReactNode } from "react";
import { useApps } from "../lib/apps.ts";
import { AppMark } from "./app-mark.tsx";

interface CardHeadProps {
  /** What stands on the card: how people call it, how flows call it, and of which app it is. */
  of: { app: string; title: string; name: string };
  /** More about it, after its name. */
  more?: ReactNode;
  /** At the right. */
  aside: ReactNode;
}

/** The head of a card that stands for something of an app. */
export function CardHead({ of: { app, title, name }, more, aside }: CardHeadProps) {
  const apps = useApps();
  return (
    <div className="flex items-start gap-3 p-4">
      <AppMark app={app} size={36} />
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-body font-semibold" title={title}>
          <bdi>{title}</bdi>
        </h2>
        <p className="truncate text-ink-3">
          {apps.title(app)} · <code className="font-mono text-meta">{name}</code>
          {more}
        </p>
      </div>
      {aside}
    </div>
  );
}
