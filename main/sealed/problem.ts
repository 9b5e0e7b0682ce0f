/** Why sealed bytes could not be read back. Errors of the file system (ENOENT, ENOSPC …) pass unchanged. */
export class SealedProblem extends Error {
  constructor(
    /**
     * `not-sealed`: not a file of this kind, or not even its header was written.
     * `wrong-key`: sealed under another key, or its header was changed.
     * `tampered`: the contents are not what was written.
     */
    readonly kind: 'not-sealed' | 'wrong-key' | 'tampered',
    message: string = kind,
  ) {
    super(message)
    this.name = 'SealedProblem'
  }
}
