/** The operators of conditions. Apart from what they do, since the page reads conditions before it evaluates any. */
export const operatorNames = ["==", "!=", ">", "<", ">=", "<=", "contains", "not", "and", "or"] as const;
export type OperatorName = (typeof operatorNames)[number];
