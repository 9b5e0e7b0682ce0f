/** The one thing that is used of it. */
declare module 'dcmjs' {
  interface Log {
    setLevel(level: 'silent' | 'error'): void
    getLogger(name: string): Log
  }
  const dcmjs: { readonly log: Log }
  export default dcmjs
}
