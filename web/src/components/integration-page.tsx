import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { BackLabel, backLinkClass, Page } from "./page.tsx";

interface IntegrationPageProps {
  title: string;
  about: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of one integration, with the way back to all of them. */
export function IntegrationPage(props: IntegrationPageProps) {
  const back = (
    <Link to="/elsewhere" className={backLinkClass}>
      <BackLabel>Use elsewhere</BackLabel>
    </Link>
  );
  return <Page {...props} back={back} />;
}
