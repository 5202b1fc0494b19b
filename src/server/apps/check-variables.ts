import type { AppDefinition } from "#api/schemas.ts";
import { addressesWithVariables, holesOf, variableProblem, type Hole } from "#catalog/address.ts";
import { secretNames } from "#catalog/login.ts";
import { loginSettings } from "#catalog/logins/kinds.ts";
import type { AddressVariable } from "#catalog/types.ts";
import type { DefinitionProblem } from "./definition-problem.ts";

/** What does not fit together in the parts of the addresses that connections fill in. */
export function variableProblems({ baseUrl, auth, variables = [] }: AppDefinition): DefinitionProblem[] {
  const addresses = addressesWithVariables({ baseUrl, auth });
  const names = new Set(variables.map(({ name }) => name));
  const holes = addresses.flatMap(([, address]) => holesOf(address));
  const secrets = new Set(auth.flatMap(secretNames));
  return [
    ...variables.flatMap(({ name }, i) =>
      secrets.has(name)
        ? [{ field: `variables.${i}.name`, problem: `'${name}' is the name of a secret of the login; choose another` }]
        : [],
    ),
    ...addresses.flatMap(([field, address]) => addressProblems(field, address, variables)),
    ...variables.flatMap((variable, i) => ofVariable(variable, holes, `variables.${i}`)),
    ...(names.size < variables.length ? [{ field: "variables", problem: "has a name twice" }] : []),
  ];
}

function ofVariable(variable: AddressVariable, holes: readonly Hole[], at: string): DefinitionProblem[] {
  const { name, choices = [], default: usual } = variable;
  const places = holes.flatMap((hole) => (hole.name === name ? [hole.in] : []));
  if (Object.hasOwn(loginSettings, name))
    return [{ field: `${at}.name`, problem: `'${name}' is a setting of logins; choose another name` }];
  if (places.length === 0) return [{ field: at, problem: `no address has {${name}} in it` }];
  const values = [
    ...choices.map((value, i) => [`${at}.choices.${i}`, value] as const),
    ...(usual === undefined ? [] : [[`${at}.default`, usual] as const]),
  ];
  return values.flatMap(([field, value]) => {
    const problem = variableProblem(variable, places, value);
    return problem === null ? [] : [{ field, problem }];
  });
}

function addressProblems(field: string, address: string, variables: readonly AddressVariable[]): DefinitionProblem[] {
  const undescribed = holesOf(address).find(({ name }) => !variables.some((each) => each.name === name));
  if (undescribed) return [{ field, problem: `{${undescribed.name}} is not described in 'variables'` }];
  const host = /^https?:\/\/([^/?#:]*)/i.exec(address)?.[1] ?? "";
  const last = variables.findLast(({ name }) => host.includes(`{${name}}`));
  if (!last) return [];
  const isWhole = host === `{${last.name}}`;
  if (last.as === "host")
    return isWhole ? [] : [{ field, problem: `{${last.name}} is a whole host ("as": "host"), so nothing stands beside it` }];
  return staysWithin(host) ? [] : [{ field, problem: outside(last.name) }];
}

const outside = (name: string): string =>
  `{${name}} could lead to anybody's address. At least the last two parts of the host have to be written out, as in https://{${name}}.example.com; or say "as": "host" where customers have the app at hosts of their own`;

/** Whether whoever owns the end of a host owns all that its variables can make of it. */
function staysWithin(host: string): boolean {
  const fixed = host
    .slice(host.lastIndexOf("}") + 1)
    .split(".")
    .slice(1);
  const isShared = fixed.length === 2 && fixed[1]!.length === 2 && /^(?:co|com|org|net|gov|ac|edu|ne|or)$/i.test(fixed[0]!);
  return fixed.length >= (isShared ? 3 : 2);
}
