import { describeServer } from '../vitest.ts'
import { serverNode } from './fixtures/server-node.ts'

describeServer(serverNode)
