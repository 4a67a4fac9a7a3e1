import { reply } from '@fsgi/core'

export default (request, context) => reply(`hello from ${context.path}`)
