import { describeServer } from '../vitest.ts'
import { runtimeHosts } from './fixtures/runtime-hosts.ts'

for (const host of runtimeHosts) describeServer(host)
