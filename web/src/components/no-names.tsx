import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lookUpProblem } from "../lib/look-up-problem.ts";
import { connectionsQuery } from "../lib/queries.ts";

interface NoNamesProps {
  error: unknown;
  /** By its name; null where the app needs none. */
  connection: string | null;
  /** What is to be typed meanwhile: "stage". */
  what: string;
}

/** Why no names are offered for a field, and what helps: said beside the field, which can be typed into all the same. */
export function NoNames({ error, connection, what }: NoNamesProps) {
  const login = useQuery(connectionsQuery()).data?.find(({ name }) => name === connection);
  const { says, renew } = lookUpProblem(error, login);
  return (
    <p role="status" className="mt-1 text-meta text-warning">
      {says}{" "}
      {renew !== undefined && (
        <Link to="/connections" search={{ renew }} className="font-medium underline underline-offset-2">
          Allow more scopes
        </Link>
      )}{" "}
      <span className="text-ink-2">Meanwhile, type the {what}.</span>
    </p>
  );
}
