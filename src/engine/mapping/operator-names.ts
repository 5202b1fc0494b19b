/** The operators of conditions. They are apart from their code because the page parses conditions before it evaluates any. */
export const operatorNames = ["==", "!=", ">", "<", ">=", "<=", "contains", "not", "and", "or"] as const;
export type OperatorName = (typeof operatorNames)[number];
