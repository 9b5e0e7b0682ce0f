/** Whether nobody else hears what is said on the line to this address: TLS, or this very computer. */
export const isPrivateLine = (url: string): boolean => {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
}
