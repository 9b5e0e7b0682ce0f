/**
 * The seed of this run of the tests; `OUTPOST_SEED` repeats another's. `npm test` runs what the hosts are made of on two versions of
 * Node: each version draws cases of its own, so that both together try what one alone would have to try twice as long for.
 */
export const seedOfRun: number = Number(process.env['OUTPOST_SEED'] ?? 20_260_000 + 1_000 * Number(process.versions.node.split('.')[0]))
