import { describeServer } from '../vitest.ts'
import { inProcess } from './hosts/in-process.ts'

describeServer(inProcess)
