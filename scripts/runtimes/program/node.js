import { serve } from '@fsgi/server-node'
import { app } from './app.js'

const { port } = await serve(app, { port: 0, host: '127.0.0.1' })
console.log(`listening on ${port}`)
