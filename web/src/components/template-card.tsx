import { Link } from "@tanstack/react-router";
import { ArrowRight } from "lucide-react";
import type { TemplateView } from "#api/schemas.ts";
import { useApps } from "../lib/apps.ts";
import { AppMark } from "./app-mark.tsx";
import { Icon } from "./ui/icon.tsx";

/** A template as a card: which apps it joins, when it starts and what it then does. */
export function TemplateCard({ template }: { template: TemplateView }) {
  const { id, title, about, builtIn } = template;
  const [when, then] = halves(title);
  return (
    <li className="relative flex flex-col gap-3 rounded-lg border border-line bg-raised p-4 transition-colors hover:border-line-strong hover:bg-sunken has-focus-visible:border-focus">
      <div className="flex items-center gap-2">
        <AppsOf template={template} />
        {!builtIn && <span className="ml-auto rounded-sm bg-accent-soft px-1.5 text-meta font-medium text-accent-ink">Yours</span>}
      </div>
      <h3 className="text-body leading-5">
        <Link to="/templates/$templateId" params={{ templateId: id }} className="stretched">
          <bdi className="font-semibold">{when}</bdi>
          {then !== "" && <bdi className="text-ink-2"> {then}</bdi>}
        </Link>
      </h3>
      <p className="mt-auto line-clamp-2 text-ink-3">
        <bdi>{about}</bdi>
      </p>
    </li>
  );
}

/** The cards side by side, as many as there is room for. */
export function TemplateCards({ templates, label }: { templates: readonly TemplateView[]; label: string }) {
  return (
    <ul aria-label={label} className="grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-3">
      {templates.map((template) => (
        <TemplateCard key={template.id} template={template} />
      ))}
    </ul>
  );
}

/** The marks of the apps that a template joins, in the order in which they take part. */
export function AppsOf({ template: { apps }, size = 28 }: { template: Pick<TemplateView, "apps">; size?: number }) {
  const allApps = useApps();
  return (
    <span role="img" aria-label={apps.map((app) => allApps.title(app)).join(", then ")} className="flex items-center gap-1.5">
      {apps.map((app, i) => (
        <span key={app} className="contents">
          {i > 0 && <Icon of={ArrowRight} size={13} className="text-ink-3" />}
          <AppMark app={app} size={size} />
        </span>
      ))}
    </span>
  );
}

/** "When …," and "then …": the halves of a title are read apart. */
export function halves(title: string): [when: string, then: string] {
  const at = title.indexOf(", then ");
  return at < 0 ? [title, ""] : [title.slice(0, at + 1), title.slice(at + 2)];
}
