/** Whether a text is more than itself. */
export const isTemplate = (text: string): boolean => text.includes("{{") || text.includes("{%");
