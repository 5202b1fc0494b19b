/** What is wrong with a definition, and at which of its members. */
export interface DefinitionProblem {
  field: string;
  problem: string;
  /** A host on the operator's own network that has to be allowed first, where it may be. */
  allow?: string;
}
