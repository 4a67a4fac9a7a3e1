import { toFetch } from '@fsgi/core'
import { app } from './app.js'

const { addr } = Deno.serve({ port: 0, hostname: '127.0.0.1', onListen() {} }, toFetch(app))
console.log(`listening on ${addr.port}`)
