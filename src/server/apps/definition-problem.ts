/** What is wrong with a definition, and at which of its members. */
export interface DefinitionProblem {
  field: string;
  problem: string;
}
