/** The largest draft that is kept on disk, in characters of its JSON: a note of four long parts. Apart, so that a window carries no payload checks for it. */
export const draftLimit = 400_000
