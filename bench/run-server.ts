// The process of one server: `node run-server.js <workload> <part> <server>`. It tells its port, then answers what it has used.
import type { Name } from './workloads/names.ts'
import type { Workload } from './workload.ts'

export type Question = 'cpu' | 'memory'
export type Report = { port: number } | { micros: number } | { bytes: number }

const [name, part, server] = process.argv.slice(2) as [Name, string, string]
const { workload } = (await import(`./workloads/${name}.js`)) as { workload: Workload }
const port = await workload.parts[part]!.servers[server]!()

const tell = (report: Report): unknown => process.send!(report)
process.on('disconnect', () => process.exit())
process.on('message', (question: Question) => {
  if (question === 'cpu') {
    const { user, system } = process.cpuUsage()
    tell({ micros: user + system })
  } else {
    for (let i = 0; i < 3; i++) globalThis.gc!() // the first leaves what finalizers still hold
    tell({ bytes: process.memoryUsage.rss() })
  }
})
tell({ port })
