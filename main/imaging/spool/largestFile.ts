/** No file and no inflated data set larger than this is taken: it is held in memory when it is shown. */
export const largestFile = 512 * 1024 * 1024
