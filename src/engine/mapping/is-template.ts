/** Whether a text has templates in it. */
export const isTemplate = (text: string): boolean => text.includes("{{") || text.includes("{%");
