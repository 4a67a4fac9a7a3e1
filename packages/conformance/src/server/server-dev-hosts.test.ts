import { describeServer } from '../vitest.ts'
import { serverDevHosts } from './fixtures/server-dev-hosts.ts'

for (const host of serverDevHosts) describeServer(host)
