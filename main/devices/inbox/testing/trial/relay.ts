/** What goes between the processes of a trial and the parent that relays it. `link` counts the joinings of two hosts. */
export type Relayed =
  | { readonly kind: 'join'; readonly link: number }
  | { readonly kind: 'leave'; readonly link: number }
  | { readonly kind: 'message'; readonly link: number; readonly message: unknown }
