import { toFetch } from '@fsgi/core'
import { app } from './app.js'

const { port } = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: toFetch(app) })
console.log(`listening on ${port}`)
