import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fieldsOf, noticeOf, SAFARI } from './fixtures/client.ts'
import { PASSWORD, testSite } from './fixtures/test-site.ts'
import type { Client } from './fixtures/client.ts'
import type { TestSite } from './fixtures/test-site.ts'

let site: TestSite
beforeEach(async () => {
  site = await testSite()
})
afterEach(() => {
  site.database.close()
  expect(site.reported).toEqual([])
})

const COOKIE = '__Host-id'
const isLoggedIn = async (client: Client): Promise<boolean> => (await client.get('/devices')).status === 200
const headings = (html: string): string[] => [...html.matchAll(/<h[12][^>]*>\s*([^<]*?)\s*</g)].map(([, text]) => text!)

describe('looking around', () => {
  test('the first page begins no session', async () => {
    const visitor = site.client()
    const { status, html, headers } = await visitor.get('/')
    expect(status).toBe(200)
    expect(html).toContain('One account, many devices')
    expect(headers.getSetCookie()).toEqual([])
    expect(visitor.cookies.size).toBe(0)
  })

  test('files are sent without a look at the session', async () => {
    const { status, headers } = await site.client().get('/accounts.css')
    expect([status, headers.get('content-type'), headers.get('vary')]).toEqual([
      200,
      expect.stringMatching(/^text\/css/),
      expect.not.stringMatching(/cookie/i),
    ])
  })

  test.each(['/app.ts', '/accounts.sqlite', '/../package.json', '/constructor', '/__proto__', '//devices'])(
    'there is nothing at %s',
    async (path) => {
      expect((await site.client().get(path)).status).toBe(404)
    },
  )

  test.each([
    ['DELETE', '/login', 'GET, HEAD, POST'],
    ['GET', '/logout', 'POST'],
    ['GET', '/logout-everywhere', 'POST'],
    ['POST', '/devices', 'GET, HEAD'],
  ])('%s %s is answered 405 with what is allowed', async (method, path, allow) => {
    const { status, headers } = await site.client().send(new Request(`https://localhost${path}`, { method }))
    expect([status, headers.get('allow')]).toEqual([405, allow])
  })

  test('every page has a policy without scripts, and is not stored', async () => {
    const member = await site.member('Ada')
    for (const [client, path] of [
      [member, '/'],
      [member, '/devices'],
      [site.client(), '/'],
      [site.client(), '/login'],
      [site.client(), '/signup'],
      [site.client(), '/nowhere'],
    ] as const) {
      const { html, headers } = await client.get(path)
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      )
      expect(headers.get('cache-control')).toBe('no-store')
      expect(html).not.toMatch(/<script|<style| style=| on\w+=|https?:/)
    }
  })
})

describe('signing up', () => {
  test('makes an account, logs in, and says so once', async () => {
    const visitor = site.client()
    const answer = await visitor.submit('/signup', '/signup', { name: '  Ada \t Lovelace ', password: PASSWORD })
    expect([answer.status, answer.location]).toEqual([303, '/'])
    const { html } = await visitor.follow(answer)
    expect(noticeOf(html)).toBe('Welcome, Ada Lovelace. This is your account.')
    expect(html).toContain('<h1 dir="auto">Ada Lovelace</h1>')
    expect(noticeOf((await visitor.get('/')).html)).toBeUndefined()
  })

  test('the password is kept as a salted hash only', async () => {
    await site.member('Ada')
    await site.member('Bob')
    const rows = site.database.prepare('SELECT password FROM accounts').all() as { password: string }[]
    expect(rows).toHaveLength(2)
    expect(rows[0]!.password).toMatch(/^scrypt:1024:8:3:[\w-]{22}:[\w-]{43}$/)
    expect(rows[0]!.password).not.toBe(rows[1]!.password)
  })

  test.each([
    ['', PASSWORD, 'Please choose a name.'],
    ['\u200b \u202e', PASSWORD, 'Please choose a name.'],
    ['x'.repeat(41), PASSWORD, 'The name is too long: 40 characters are allowed.'],
    ['Ada', 'short', 'The password is too short: it needs 15 characters. A few words will do.'],
    ['Ada', '🔑'.repeat(14), 'The password is too short: it needs 15 characters. A few words will do.'],
    ['Ada', 'ab'.repeat(10), 'The password is too easy to guess.'],
    ['Ada', 'x'.repeat(201), 'The password is too long: 200 characters are allowed.'],
    ['Grace Hopper', 'grace hopper1234', 'The password is too easy to guess: it is little more than the name.'],
  ])('%j with %j: %s', async (name, password, reason) => {
    const visitor = site.client()
    const { status, html } = await visitor.submit('/signup', '/signup', { name, password })
    expect(status).toBe(400)
    expect(html).toContain(`class="error">${reason}</p>`)
    expect(html).not.toContain(`value="${password}"`)
    expect(await isLoggedIn(visitor)).toBe(false)
  })

  test.each(['Ada', 'ADA', ' ａｄａ ', 'A\u200bda'])('%j is taken when there is an Ada', async (name) => {
    await site.member('Ada')
    const visitor = site.client()
    const { status, html } = await visitor.submit('/signup', '/signup', { name, password: PASSWORD })
    expect(status).toBe(409)
    expect(html).toContain('This name is taken.')
    expect(await isLoggedIn(visitor)).toBe(false)
  })

  test('of many who ask for a name at once, one gets it', async () => {
    const visitors = Array.from({ length: 6 }, () => site.client())
    const answers = await Promise.all(
      visitors.map((visitor) => visitor.submit('/signup', '/signup', { name: 'Ada', password: PASSWORD })),
    )
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(5)
  })
})

describe('logging in', () => {
  test('with a name, however it is written, and its password', async () => {
    await site.member('Ada Lovelace')
    const visitor = site.client()
    const answer = await visitor.submit('/login', '/login', { name: ' ada  lovelace', password: PASSWORD })
    expect([answer.status, answer.location]).toEqual([303, '/'])
    expect(noticeOf((await visitor.follow(answer)).html)).toBe('Welcome back, Ada Lovelace.')
  })

  test('a password is the same however its characters are composed', async () => {
    const visitor = site.client()
    await visitor.submit('/signup', '/signup', { name: 'Zoë', password: 'cafe\u0301 cafe\u0301 noir!' })
    const composed = { name: 'Zoe\u0308', password: 'caf\u00e9 caf\u00e9 noir!' }
    expect((await site.client().submit('/login', '/login', composed)).status).toBe(303)
  })

  test('an unknown name and a wrong password get the same answer', async () => {
    await site.member('Ada')
    const [wrong, unknown] = await Promise.all(
      ['Ada', 'Eve'].map((name) => site.client().submit('/login', '/login', { name, password: 'wrong' })),
    )
    expect([wrong!.status, unknown!.status]).toEqual([403, 403])
    expect(noticeOf(wrong!.html)).toBe('The name or the password is wrong.')
    const comparable = (html: string): string => html.replaceAll(/name="csrf" value="[^"]*"/g, '')
    expect(comparable(unknown!.html)).toBe(comparable(wrong!.html).replace('value="Ada"', 'value="Eve"'))
    expect([...unknown!.headers.keys()]).toEqual([...wrong!.headers.keys()])
  })

  test('the token from before is dead after (session fixation)', async () => {
    await site.member('Ada')
    const victim = site.client()
    await victim.get('/login')
    const attacker = victim.thief() // planted it, or has seen it
    const before = victim.cookies.get(COOKIE)!
    await victim.submit('/login', '/login', { name: 'Ada', password: PASSWORD })
    expect(victim.cookies.get(COOKIE)).not.toBe(before)
    expect(await isLoggedIn(victim)).toBe(true)
    expect(await isLoggedIn(attacker)).toBe(false)
  })

  test('a token that the site did not issue is not taken up', async () => {
    await site.member('Ada')
    const victim = site.client()
    const planted = `${'A'.repeat(22)}.${'B'.repeat(43)}`
    victim.cookies.set(COOKIE, planted)
    await victim.submit('/login', '/login', { name: 'Ada', password: PASSWORD })
    expect(victim.cookies.get(COOKIE)).not.toContain('A'.repeat(22))
    expect(await isLoggedIn(victim)).toBe(true)
  })

  test('as somebody else, nothing of the first is left', async () => {
    const visitor = await site.member('Ada')
    await site.member('Bob')
    await visitor.submit('/', '/notes', { note: 'of Ada' })
    const { html } = await visitor.get('/')
    const { csrf } = fieldsOf(html, '/notes')
    await visitor.post('/login', { csrf: csrf!, name: 'Bob', password: PASSWORD })
    const page = (await visitor.get('/')).html
    expect(headings(page)[0]).toBe('Bob')
    expect(page).not.toContain('of Ada')
  })

  test('who is logged in is sent on', async () => {
    const member = await site.member('Ada')
    expect((await member.get('/login')).location).toBe('/')
    expect((await member.get('/signup')).location).toBe('/')
  })

  test('a page that needs it is come back to', async () => {
    await site.member('Ada')
    const visitor = site.client()
    const refused = await visitor.get('/devices')
    expect([refused.status, refused.location]).toEqual([303, '/login?next=%2Fdevices'])
    const answer = await visitor.submit(refused.location!, '/login', { name: 'Ada', password: PASSWORD })
    expect(answer.location).toBe('/devices')
  })

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/.//evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '/devices@evil.example',
    '/devices\r\nset-cookie: a=b',
    '/logout',
    '',
  ])('leads nowhere else: %j', async (next) => {
    await site.member('Ada')
    const visitor = site.client()
    const { html } = await visitor.get(`/login?next=${encodeURIComponent(next)}`)
    expect(fieldsOf(html, '/login')['next']).toBe('/')
    const fields = { ...fieldsOf(html, '/login'), name: 'Ada', password: PASSWORD, next }
    expect((await visitor.post('/login', fields)).location).toBe('/')
  })
})

describe('guessing', () => {
  const guess = (client: Client, name: string, password = 'wrong'): ReturnType<Client['post']> =>
    client.submit('/login', '/login', { name, password })

  test('the sixth wrong password has to wait, and so has the right one', async () => {
    await site.member('Ada')
    const guesser = site.client()
    for (let i = 0; i < 5; i++) expect((await guess(guesser, 'Ada')).status).toBe(403)
    const refused = await guess(guesser, 'Ada')
    expect(refused.status).toBe(429)
    expect(noticeOf(refused.html)).toBe('Too many attempts. Try again in 15 minutes.')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(890)
    expect((await guess(guesser, 'ada', PASSWORD)).status).toBe(429)
    site.advance(15 * 60_000)
    expect((await guess(guesser, 'Ada', PASSWORD)).status).toBe(303)
  })

  test('a name that nobody has is limited in the same way', async () => {
    const guesser = site.client()
    const statuses: number[] = []
    for (let i = 0; i < 6; i++) statuses.push((await guess(guesser, 'Eve')).status)
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429])
  })

  test('many at once are counted as many', async () => {
    await site.member('Ada')
    const guesser = site.client()
    const fields = { ...fieldsOf((await guesser.get('/login')).html, '/login'), name: 'Ada', password: 'wrong' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => guesser.post('/login', fields)))
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
  })

  test('waiting is not made longer by trying', async () => {
    const guesser = site.client()
    for (let i = 0; i < 5; i++) await guess(guesser, 'Ada')
    site.advance(14 * 60_000)
    expect((await guess(guesser, 'Ada')).status).toBe(429)
    site.advance(60_000)
    expect((await guess(guesser, 'Ada')).status).toBe(403)
  })

  test('the owner, elsewhere, is not locked out by one who guesses', async () => {
    await site.member('Ada')
    const guesser = site.client({ address: '198.51.100.7' })
    for (let i = 0; i < 6; i++) await guess(guesser, 'Ada')
    expect((await guess(site.client({ address: '192.0.2.1' }), 'Ada', PASSWORD)).status).toBe(303)
  })

  test('one address may not try one password with many names', async () => {
    const guesser = site.client()
    const fields = { ...fieldsOf((await guesser.get('/login')).html, '/login'), password: 'wrong' }
    const statuses: number[] = []
    for (let i = 0; i < 51; i++) statuses.push((await guesser.post('/login', { ...fields, name: `user ${i}` })).status)
    expect(statuses.indexOf(429)).toBe(50)
  })

  test('an account of one’s own buys no more guesses at others', async () => {
    await site.member('Mallory')
    const guesser = site.client()
    let { csrf } = fieldsOf((await guesser.get('/login')).html, '/login')
    const statuses: number[] = []
    for (let i = 0; i < 51; i++) {
      statuses.push((await guesser.post('/login', { csrf: csrf!, name: `user ${i}`, password: 'wrong' })).status)
      if (i % 10 !== 9 || i === 49) continue
      const own = await guesser.post('/login', { csrf: csrf!, name: 'Mallory', password: PASSWORD })
      expect(own.status).toBe(303)
      ;({ csrf } = fieldsOf((await guesser.get('/')).html, '/logout') as { csrf: string })
    }
    expect(statuses.indexOf(429)).toBe(50)
  })

  test('a success forgives this name’s failures', async () => {
    await site.member('Ada')
    for (let round = 0; round < 3; round++) {
      const owner = site.client()
      for (let i = 0; i < 4; i++) expect((await guess(owner, 'Ada')).status).toBe(403)
      expect((await guess(owner, 'Ada', PASSWORD)).status).toBe(303)
    }
  })

  test('what was typed into the field for the name is not kept', async () => {
    await guess(site.client(), 'my secret password')
    const rows = site.database.prepare('SELECT * FROM attempts').all()
    expect(rows).toHaveLength(3)
    expect(JSON.stringify(rows)).not.toContain('secret')
  })

  test('new accounts from one address are limited', async () => {
    await site.member('Ada')
    const visitor = site.client()
    const { csrf } = fieldsOf((await visitor.get('/signup')).html, '/signup')
    const statuses: number[] = []
    for (let i = 0; i < 20; i++) {
      statuses.push((await visitor.post('/signup', { csrf: csrf!, name: 'Ada', password: PASSWORD })).status)
    }
    expect(statuses).toEqual([...Array<number>(19).fill(409), 429])
  })
})

describe('logging out', () => {
  test('ends the session, says so once, and leaves no use for the cookie', async () => {
    const member = await site.member('Ada')
    const thief = member.thief()
    const answer = await member.submit('/', '/logout')
    expect([answer.status, answer.location]).toEqual([303, '/'])
    const { html } = await member.follow(answer)
    expect(noticeOf(html)).toBe('You are logged out.')
    expect(html).toContain('One account, many devices')
    expect(noticeOf((await member.get('/')).html)).toBeUndefined()
    expect(await isLoggedIn(thief)).toBe(false)
    expect(await isLoggedIn(member)).toBe(false)
  })

  test('leaves other devices alone', async () => {
    const laptop = await site.member('Ada')
    const phone = await site.device('Ada')
    await laptop.submit('/', '/logout')
    expect(await isLoggedIn(phone)).toBe(true)
  })

  test('everywhere ends every session of the account, and of no other', async () => {
    const laptop = await site.member('Ada')
    const phone = await site.device('Ada')
    const tablet = await site.device('Ada')
    const bob = await site.member('Bob')
    const answer = await laptop.submit('/devices', '/logout-everywhere')
    expect(noticeOf((await laptop.follow(answer)).html)).toBe('You are logged out everywhere: 3 devices.')
    for (const device of [laptop, phone, tablet]) expect(await isLoggedIn(device)).toBe(false)
    expect(await isLoggedIn(bob)).toBe(true)
  })

  test('of the others leaves this one', async () => {
    const laptop = await site.member('Ada')
    const phone = await site.device('Ada')
    const answer = await laptop.submit('/devices', '/logout-others')
    expect(noticeOf((await laptop.follow(answer)).html)).toBe('1 device logged out. You are still logged in here.')
    expect(await isLoggedIn(laptop)).toBe(true)
    expect(await isLoggedIn(phone)).toBe(false)
  })

  test('a form from before does nothing after, and begins no session', async () => {
    const member = await site.member('Ada')
    await site.device('Ada')
    const tab = fieldsOf((await member.get('/')).html, '/notes')
    await member.submit('/', '/logout')
    const { status, html, headers } = await member.post('/notes', { ...tab, note: 'too late' })
    expect(status).toBe(403)
    expect(html).toContain('You are not logged in')
    expect(headers.getSetCookie()).toEqual([])
  })
})

describe('devices', () => {
  test('are listed with what they are, and this one is marked', async () => {
    const laptop = await site.member('Ada')
    await site.device('Ada', { userAgent: SAFARI })
    await site.member('Bob')
    const { html } = await laptop.get('/devices')
    expect(headings(html)).toEqual(['Devices', 'Firefox on Linux', 'Safari on iPhone'])
    expect(html.match(/this one/g)).toHaveLength(1)
    expect(html).toMatch(/Last seen <time datetime="[^"]*">just now<\/time>/)
  })

  test('each can be ended', async () => {
    const laptop = await site.member('Ada')
    const phone = await site.device('Ada', { userAgent: SAFARI })
    const tablet = await site.device('Ada')
    const { html } = await laptop.get('/devices')
    const index = headings(html).indexOf('Safari on iPhone') - 1
    const answer = await laptop.post('/devices/end', fieldsOf(html, '/devices/end', index))
    expect(noticeOf((await laptop.follow(answer)).html)).toBe('Logged out: Safari on iPhone.')
    expect(await isLoggedIn(phone)).toBe(false)
    expect(await isLoggedIn(tablet)).toBe(true)
    expect(await isLoggedIn(laptop)).toBe(true)
  })

  test('ended twice is ended once', async () => {
    const laptop = await site.member('Ada')
    const phone = await site.device('Ada')
    const { html } = await laptop.get('/devices')
    await phone.submit('/', '/logout')
    const answer = await laptop.post('/devices/end', fieldsOf(html, '/devices/end', 1))
    expect(noticeOf((await laptop.follow(answer)).html)).toBe('That device was logged out already.')
  })

  test('ending this one is logging out', async () => {
    const laptop = await site.member('Ada')
    const answer = await laptop.submit('/devices', '/devices/end')
    expect(answer.location).toBe('/')
    expect(await isLoggedIn(laptop)).toBe(false)
  })

  test('somebody else’s cannot be ended, although the handle is no secret', async () => {
    const ada = await site.member('Ada')
    const bob = await site.member('Bob')
    const { handle } = fieldsOf((await bob.get('/devices')).html, '/devices/end')
    const answer = await ada.submit('/devices', '/devices/end', { handle: handle! })
    expect(noticeOf((await ada.follow(answer)).html)).toBe('That device was logged out already.')
    expect(await isLoggedIn(bob)).toBe(true)
  })

  test('a handle alone lets nobody in', async () => {
    const bob = await site.member('Bob')
    const { handle } = fieldsOf((await bob.get('/devices')).html, '/devices/end')
    const thief = site.client()
    thief.cookies.set(COOKIE, `${handle}.${'A'.repeat(43)}`)
    expect(await isLoggedIn(thief)).toBe(false)
  })
})

describe('forged forms', () => {
  const POSTS = ['/login', '/signup', '/logout', '/logout-others', '/logout-everywhere', '/devices/end', '/notes', '/notes/clear'] // prettier-ignore

  test.each(POSTS)('POST %s without, with a wrong, with another session’s token does nothing', async (action) => {
    const victim = await site.member('Ada')
    const other = await site.device('Ada')
    await victim.submit('/', '/notes', { note: 'stays' })
    const anothers = fieldsOf((await (await site.member('Mallory')).get('/')).html, '/notes')['csrf']!
    const own = fieldsOf((await victim.get('/')).html, '/notes')['csrf']!
    const handle = fieldsOf((await victim.get('/devices')).html, '/devices/end', 1)['handle']!
    const fields = { name: 'Mallory', password: PASSWORD, note: 'forged', handle }
    const flipped = `${own.slice(0, -2)}${own.endsWith('AA') ? 'BA' : 'AA'}`
    for (const csrf of [undefined, '', 'x', anothers, flipped, own.slice(0, 43), own + own, 'A'.repeat(86)]) {
      const sent = csrf === undefined ? fields : { ...fields, csrf }
      const { status, headers, html } = await victim.post(action, sent)
      expect([csrf, status]).toEqual([csrf, 403])
      expect(headers.getSetCookie()).toEqual([])
      expect(html).toContain('Nothing was done.')
    }
    expect(await isLoggedIn(other)).toBe(true)
    const { html } = await victim.get('/')
    expect(headings(html)[0]).toBe('Ada')
    expect(html).toContain('>stays</li>')
    expect(html).not.toContain('forged')
  })

  test.each(POSTS)('POST %s without a cookie begins no session that would replace the one here', async (action) => {
    // A form of another site: SameSite=Lax keeps the cookie back, but a Set-Cookie of the answer would be obeyed.
    const { status, headers } = await site
      .client()
      .post(action, { name: 'x', password: 'y', note: 'z', csrf: 'A'.repeat(86) })
    expect([status, headers.getSetCookie()]).toEqual([403, []])
  })

  test('the token of before the log-in is of no use after', async () => {
    await site.member('Ada')
    const visitor = site.client()
    const { csrf } = fieldsOf((await visitor.get('/login')).html, '/login')
    await visitor.submit('/login', '/login', { name: 'Ada', password: PASSWORD })
    expect((await visitor.post('/notes', { csrf: csrf!, note: 'x' })).status).toBe(403)
  })

  test('the token is another one on every page, and each of them works', async () => {
    const member = await site.member('Ada')
    const tokens = new Set<string>()
    for (let i = 0; i < 3; i++) tokens.add(fieldsOf((await member.get('/')).html, '/notes')['csrf']!)
    expect(tokens.size).toBe(3)
    for (const csrf of tokens) expect((await member.post('/notes', { csrf, note: 'x' })).status).toBe(303)
  })

  test.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x'])('415 for %s', async (type) => {
    const member = await site.member('Ada')
    const { csrf } = fieldsOf((await member.get('/')).html, '/notes')
    expect((await member.post('/notes', { csrf: csrf!, note: 'x' }, { 'content-type': type })).status).toBe(415)
  })

  test('413 for a form of more than 16 KiB, announced or not, without reading on', async () => {
    const visitor = site.client()
    expect((await visitor.post('/login', { name: 'x'.repeat(16 * 1024) })).status).toBe(413)
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1024
        controller.enqueue(new Uint8Array(1024).fill(0x61)) // never ends
      },
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit
    expect((await visitor.send(new Request('https://localhost/login', init))).status).toBe(413)
    expect(sent).toBeLessThan(32 * 1024)
  })
})

describe('what people write', () => {
  const NASTY = `<script>alert(1)</script><img src=x onerror="a()">'"&amp;`

  test.each([
    [`<b>Eve</b>`, '&lt;b&gt;Eve&lt;/b&gt;'],
    [`"><script>x</script>`, '&quot;&gt;&lt;script&gt;x&lt;/script&gt;'],
    [`' onfocus='x' autofocus='`, '&#39; onfocus=&#39;x&#39; autofocus=&#39;'],
    ['</title><svg onload=x>', '&lt;/title&gt;&lt;svg onload=x&gt;'],
  ])('the name %j stays text', async (name, escaped) => {
    const visitor = site.client()
    const answer = await visitor.submit('/signup', '/signup', { name, password: PASSWORD })
    const home = (await visitor.follow(answer)).html
    const back = site.client()
    const again = (await back.follow(await back.submit('/login', '/login', { name, password: PASSWORD }))).html
    const refused = (await site.client().submit('/login', '/login', { name, password: 'wrong' })).html
    const taken = (await site.client().submit('/signup', '/signup', { name, password: PASSWORD })).html
    expect(home).toContain(`<h1 dir="auto">${escaped}</h1>`)
    expect(noticeOf(home)).toBe(`Welcome, ${escaped}. This is your account.`)
    expect(noticeOf(again)).toBe(`Welcome back, ${escaped}.`)
    for (const html of [refused, taken]) expect(html).toContain(`value="${escaped}"`)
    for (const html of [home, again, refused, taken]) expect(html).not.toContain(name)
  })

  test('a note, and the name of a browser, stay text', async () => {
    const member = await site.member('Ada', { userAgent: NASTY })
    await member.submit('/', '/notes', { note: NASTY })
    for (const path of ['/', '/devices']) {
      const { html } = await member.get(path)
      expect(html).not.toMatch(/<script|<img src=x/)
      expect(html).toContain('&lt;script&gt;')
    }
  })

  test('notes that two tabs write at once are all there', async () => {
    const member = await site.member('Ada')
    const { csrf } = fieldsOf((await member.get('/')).html, '/notes')
    const notes = Array.from({ length: 12 }, (_, i) => `note ${i}`)
    await Promise.all(notes.map((note) => member.post('/notes', { csrf: csrf!, note })))
    const { html } = await member.get('/')
    for (const note of notes) expect(html).toContain(`>${note}</li>`)
    await member.submit('/', '/notes/clear')
    expect((await member.get('/')).html).not.toContain('>note ')
  })

  test('the pad has room for fifty notes, and says so', async () => {
    const member = await site.member('Ada')
    const { csrf } = fieldsOf((await member.get('/')).html, '/notes')
    await member.post('/notes', { csrf: csrf!, note: '  ' })
    expect(noticeOf((await member.get('/')).html)).toBe('There was nothing to note.')
    for (let i = 0; i < 51; i++) await member.post('/notes', { csrf: csrf!, note: `${i} ${'x'.repeat(300)}` })
    const { html } = await member.get('/')
    expect(noticeOf(html)).toBe('The pad is full. Clear it first.')
    expect(html.match(/x{190,200}<\/li>/g)).toHaveLength(50)
  })
})

test('a session of an account that is gone is of no use', async () => {
  const member = await site.member('Ada')
  site.database.exec('DELETE FROM accounts')
  expect(await isLoggedIn(member)).toBe(false)
  expect((await member.get('/')).html).toContain('One account, many devices')
})
