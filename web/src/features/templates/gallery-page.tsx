import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { LayoutTemplate, Upload } from "lucide-react";
import type { TemplateView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Page, Section } from "../../components/page.tsx";
import { TemplateCards } from "../../components/template-card.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { useApps } from "../../lib/apps.ts";
import { findTemplates } from "../../lib/find-templates.ts";
import { templatesQuery } from "../../lib/queries.ts";
import { useImportTemplate } from "./import-template.tsx";
import type { GallerySearch } from "./search.ts";

const route = getRouteApi("/templates");

/** Ready-made flows to choose from. */
export function GalleryPage() {
  const query = useQuery(templatesQuery());
  const importing = useImportTemplate();
  return (
    <Page
      title="Templates"
      about="Ready-made flows. Choose one: you connect your apps, choose and map, test it with sample data, and it is live."
      actions={
        <May scope="flows:write">
          <Button icon={<Icon of={Upload} size={14} />} busy={importing.busy} onClick={importing.ask}>
            Import template
          </Button>
        </May>
      }
    >
      <Loaded query={query} skeleton={<SkeletonCards cards={6} />}>
        {(templates) => <Gallery templates={templates} />}
      </Loaded>
      {importing.input}
    </Page>
  );
}

function Gallery({ templates }: { templates: readonly TemplateView[] }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const apps = useApps();
  const narrow = (change: GallerySearch) => void navigate({ search: { ...search, ...change }, replace: true });
  const matches = findTemplates(templates, { words: search.q, app: search.app, category: search.category }, (id) => apps.title(id));
  return (
    <>
      <Filters templates={templates} search={search} onChange={narrow} />
      <p aria-live="polite" className="sr-only">
        {matches.length} templates
      </p>
      {matches.length === 0 ? (
        <Empty
          icon={LayoutTemplate}
          action={<Button onClick={() => void navigate({ search: {}, replace: true })}>Show all templates</Button>}
        >
          No template fits. Any flow can be saved as a template: open the flow, then <em>Save as template</em>.
        </Empty>
      ) : search.q === undefined ? (
        <div className="flex flex-col gap-8">
          {byCategory(matches).map(([category, some]) => (
            <Section key={category} title={category}>
              <TemplateCards templates={some} label={category} />
            </Section>
          ))}
        </div>
      ) : (
        <TemplateCards templates={matches} label="Found" />
      )}
    </>
  );
}

/** A search shows the best first; without one, they stand under their categories, the workspace's own before the others. */
function byCategory(templates: readonly TemplateView[]): [string, TemplateView[]][] {
  const groups = new Map<string, TemplateView[]>();
  for (const template of templates) groups.set(template.category, [...(groups.get(template.category) ?? []), template]);
  return [...groups];
}

interface FiltersProps {
  templates: readonly TemplateView[];
  search: GallerySearch;
  onChange: (change: GallerySearch) => void;
}

function Filters({ templates, search, onChange }: FiltersProps) {
  const allApps = useApps();
  const apps = [...new Set(templates.flatMap((template) => template.apps))].toSorted((a, b) =>
    allApps.title(a).localeCompare(allApps.title(b)),
  );
  const categories = [...new Set(templates.map(({ category }) => category))];
  return (
    <div className="mb-6 flex flex-wrap items-center gap-2">
      <SearchInput
        label="Find a template"
        placeholder="Find a template: survey, deal, no-show"
        value={search.q ?? ""}
        onChange={(words) => onChange({ q: words || undefined })}
        className="w-full sm:w-80"
      />
      <Select aria-label="App" value={search.app ?? ""} onChange={(event) => onChange({ app: event.target.value || undefined })}>
        <option value="">All apps</option>
        {apps.map((app) => (
          <option key={app} value={app}>
            {allApps.title(app)}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Category"
        value={search.category ?? ""}
        onChange={(event) => onChange({ category: event.target.value || undefined })}
      >
        <option value="">All categories</option>
        {categories.map((category) => (
          <option key={category} value={category}>
            {category}
          </option>
        ))}
      </Select>
    </div>
  );
}
