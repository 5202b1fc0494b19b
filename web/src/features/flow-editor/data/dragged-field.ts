/** The kind of data under which a field is dragged from the data panel. */
export const draggedField = "application/x-millrace-field";
