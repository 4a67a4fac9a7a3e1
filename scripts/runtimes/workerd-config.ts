import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A configuration that serves `workerd.js` on a port that workerd chooses: it finds no files, so every module is named. */
export function workerdConfig(folder: string): string {
  const dist = 'node_modules/@fsgi/core/dist'
  const files = readdirSync(join(folder, dist), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  )
  const modules = [
    '(name = "workerd.js", esModule = embed "workerd.js")',
    '(name = "app.js", esModule = embed "app.js")',
    `(name = "@fsgi/core", esModule = "export * from './core/dist/index.js'")`,
    ...files.map((file) => `(name = "@fsgi/core/dist/${file}", esModule = embed "${dist}/${file}")`),
  ]
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "main", worker = .main) ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "main") ]
);
const main :Workerd.Worker = (
  compatibilityDate = "2026-11-01",
  modules = [
    ${modules.join(',\n    ')}
  ]
);
`
}
