import { expect, test } from 'vitest'
import { addressesOf, networkNames } from './addresses.ts'
import { devOptions } from './dev-options.ts'
import type { Addresses } from './addresses.ts'
import type { NetworkInterfaceInfo } from 'node:os'

const entry = (address: string, family: 'IPv4' | 'IPv6', internal = false): NetworkInterfaceInfo => {
  const rest = { address, internal, netmask: '', mac: '', cidr: null }
  return family === 'IPv4' ? { ...rest, family } : { ...rest, family, scopeid: 0 }
}
const interfaces = {
  lo: [entry('127.0.0.1', 'IPv4', true), entry('::1', 'IPv6', true)],
  wlan0: [entry('2001:db8::5', 'IPv6'), entry('192.168.1.5', 'IPv4'), entry('fe80::1', 'IPv6')],
  vpn: [entry('10.8.0.2', 'IPv4')],
}

test.each([
  [undefined, []],
  ['localhost', []],
  ['app.localhost', []],
  ['127.0.0.1', []],
  ['127.8.9.10', []],
  ['::1', []],
  ['0.0.0.0', ['192.168.1.5', '10.8.0.2']],
  ['::', ['192.168.1.5', '10.8.0.2', '2001:db8::5']],
  [true as const, ['192.168.1.5', '10.8.0.2', '2001:db8::5']],
  ['192.168.1.5', ['192.168.1.5']],
  ['dev.example', ['dev.example']],
  ['localhost.example', ['localhost.example']],
])('listening on %s, others use %j', (host, names) => {
  expect(networkNames(host, interfaces)).toEqual(names)
})

test.each([
  [undefined, false, 'http://localhost:3000'],
  [true as const, true, 'https://localhost:3000'],
  ['0.0.0.0', false, 'http://localhost:3000'],
  ['::1', false, 'http://localhost:3000'],
  ['127.8.9.10', false, 'http://127.8.9.10:3000'],
  ['app.localhost', true, 'https://app.localhost:3000'],
  ['2001:db8::5', false, 'http://[2001:db8::5]:3000'],
  ['dev.example', { key: 'k', cert: 'c' }, 'https://dev.example:3000'],
] as const)('listening on %s, https %j: %s', (host, https, url) => {
  const settings = devOptions({ entry: 'app.ts', host, https })
  expect(addressesOf(settings, 3000, 'secret').local).toBe(url)
})

test('the inspector: from this machine, and with its token from others', () => {
  const of = (options: object): Addresses => addressesOf(devOptions({ entry: 'app.ts', ...options }), 3000, 'secret')
  expect(of({})).toEqual({
    local: 'http://localhost:3000',
    network: [],
    inspector: ['http://localhost:3000/__fsgi/'],
  })
  expect(of({ host: 'dev.example' })).toEqual({
    local: 'http://dev.example:3000',
    network: [],
    inspector: ['http://dev.example:3000/__fsgi/?token=secret'],
  })
  const lan = of({ host: true })
  expect(lan.network).toEqual(
    networkNames(true).map((name) => `http://${name.includes(':') ? `[${name}]` : name}:3000`),
  )
  expect(lan.inspector).toEqual([
    'http://localhost:3000/__fsgi/',
    ...lan.network.map((url) => `${url}/__fsgi/?token=secret`),
  ])
  expect(of({ inspector: false }).inspector).toEqual([])
})
