import { reply, type App } from '@fsgi/core'

const app: App = (_request, context) => reply(`hello from ${context.path}`)

export default app
