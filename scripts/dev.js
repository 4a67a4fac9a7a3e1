// `pnpm dev`: the guestbook under the development server, in this process, so that a signal needs no forwarding.
// Plain JavaScript, because Node 20 runs no TypeScript. `pnpm dev -- --port 4123` and `pnpm dev --port 4123` are the same.
import { fileURLToPath, pathToFileURL } from 'node:url'

const app = fileURLToPath(new URL('../apps/guestbook/', import.meta.url))
const command = fileURLToPath(new URL('../packages/server-dev/bin/fsgi-dev.js', import.meta.url))
const options = process.argv.slice(2).filter((argument, index) => index > 0 || argument !== '--')

process.chdir(app)
process.argv = [process.execPath, command, 'src/app.ts', ...options]
await import(pathToFileURL(command).href)
