import { expect, it } from 'vitest'
import { isOwnNetwork, isPrivateLine } from './privateLine'

it('a password goes over TLS or stays on this computer; names of patients may also stay in the clinic', () => {
  const said = (url: string) => [isPrivateLine(url), isOwnNetwork(url)]
  expect(said('https://pacs.example.org/')).toEqual([true, true])
  expect(said('http://127.0.0.1:8042/')).toEqual([true, true])
  for (const near of ['10.1.2.3', '192.168.1.20', '172.16.0.9', 'pacs', 'pacs.local', '[fd00::1]', '[fe80::1]']) expect(said(`http://${near}:8042/x`)).toEqual([false, true])
  for (const far of ['pacs.example.org', '8.8.8.8', '172.32.0.1', '100.1.1.1', '10.example.org', '[2001:db8::1]']) expect(said(`http://${far}/`)).toEqual([false, false])
})
