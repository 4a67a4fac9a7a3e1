import { reply, stack } from '@fsgi/core'
import { gzip } from '@fsgi/middleware-gzip'

export default stack(gzip())((request, { path }) => {
  const name = new URL(request.url).searchParams.get('name') ?? 'world'
  return reply(`Hello, ${name}! This is ${path}\n`)
})
