import { toFetch } from '@fsgi/core'
import { app } from './app.js'

export default { fetch: toFetch(app) }
