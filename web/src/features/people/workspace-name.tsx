import { useQuery } from "@tanstack/react-query";
import { Section } from "../../components/page.tsx";
import { RenameForm } from "../../components/rename-form.tsx";
import { api } from "../../lib/api.ts";
import { sessionQuery } from "../../lib/queries.ts";

/** What the workspace is called. */
export function WorkspaceName() {
  const name = useQuery(sessionQuery()).data?.workspace.name;
  if (name === undefined) return null;
  return (
    <Section title="Workspace" className="mt-10">
      <RenameForm
        key={name}
        name={name}
        label="Name"
        hint="Shown in invitations and in the workspace menu."
        action="Rename"
        save={(wanted) => api.workspaces.rename({ body: { name: wanted } })}
        saved={(wanted) => `The workspace is called ${wanted} now`}
      />
    </Section>
  );
}
