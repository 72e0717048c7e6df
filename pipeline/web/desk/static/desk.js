// The review page with script: keys, photos, the next claim at once. Without it the page's
// forms do the same, one page at a time. Everything that the server sends as markup was made
// by its templates, which escape what strangers wrote.

const work = document.getElementById('work')
const said = document.getElementById('said')
const trouble = document.getElementById('trouble')
const keys = 'keys' in work.dataset

let card = document.getElementById('card') // the claim on the screen
let waits = [] // claims that are loaded, in order
let empty = false // nothing else waits, as far as is known
let eager = false // the reviewer waits for the next claim
let flying = 0 // requests under way or in line
let line = Promise.resolve()
const under = new Set() // items whose answer is on its way
const decided = work.dataset.last ? [work.dataset.last] : []
let shownAt = performance.now()

const $ = (selector, from = card) => from.querySelector(selector)
const $$ = (selector, from = card) => [...from.querySelectorAll(selector)]
const say = text => { said.textContent = text || '' }

// ---- talking to the server

class Refused extends Error {
  constructor(body) { super(body.text); this.body = body }
}

async function post(address, fields) {
  let answer
  try {
    answer = await fetch(address, {
      method: 'POST', body: new URLSearchParams(fields), headers: {Accept: 'application/json'}, credentials: 'same-origin',
    })
  } catch {
    throw new Refused({title: 'No connection', text: 'The server could not be reached. What you entered is still here: try again.'})
  }
  let body
  try { body = await answer.json() } catch { body = {title: 'Something went wrong', text: 'The server gave no answer that can be read. Try again.'} }
  if (!answer.ok) throw new Refused(body)
  return body
}

function parse(markup) {
  const template = document.createElement('template')
  template.innerHTML = markup
  return template.content.firstElementChild
}

// photos of a claim that is not on the screen yet are loaded and decoded for it.
function preload(next) {
  for (const img of $$('.shot img', next)) {
    const copy = new Image()
    copy.src = img.getAttribute('src')
    copy.decode().catch(() => {})
  }
}

// inLine sends one request after the other: two at once could be handed the same claim.
function inLine(task) {
  flying++
  const done = line.then(task).finally(() => { flying-- })
  line = done.catch(() => {})
  return done
}

const have = () => [card, ...waits].map(c => c.dataset.item).concat([...under]).join(' ')

function arrived(body) {
  if (!body.card) { empty = true; return }
  const next = parse(body.card)
  if (under.has(next.dataset.item)) return
  const known = [card, ...waits].find(c => c.dataset.item === next.dataset.item)
  if (known) { renew(known, next.dataset.version); return }
  empty = false
  preload(next)
  dress(next)
  waits.push(next)
}

// renew gives a claim that was handed out again, in another tab perhaps, its new version.
function renew(known, version) {
  known.dataset.version = version
  $$('[name=version]', known).forEach(i => { i.value = version })
}

// load sees to it that one claim waits behind the present one.
async function load() {
  if (waits.length || flying) return
  await inLine(async () => {
    try { arrived(await post(work.dataset.ahead, {have: have()})) } catch (e) { if (eager) problem(e, null) }
  })
  goOn()
}

// ---- showing claims

// show puts a claim that is dressed already on the screen: nothing is changed in the page after
// that, so that the browser lays it out once.
function show(next, text) {
  dress(next)
  $$('.last', work).forEach(e => e.remove())
  work.classList.remove('waiting')
  document.title = $('#card-title', next).textContent + ' · Defekt'
  said.textContent = text || ''
  work.replaceChild(next, card)
  card = next
  shot = 0
  marked = $('.question.marked')
  shownAt = performance.now()
  eager = false
  history.replaceState(null, '', $('#answer').getAttribute('action'))
  $('#card-title').focus()
  setTimeout(load, 0)
}

// goOn shows the next claim to a reviewer who waits for it.
function goOn(text) {
  if (!eager) return
  if (waits.length) { show(waits.shift(), text); return }
  if (flying) return
  if (empty) { location.assign(work.dataset.start); return }
  load()
}

function onward(text) {
  eager = true
  if (!waits.length) { work.classList.add('waiting'); say('Loading the next claim …') }
  goOn(text)
}

// problem tells what went wrong, with a way back to the claim that it happened to.
function problem(error, old) {
  const body = error instanceof Refused ? error.body : {title: 'Something went wrong', text: String(error.message)}
  const box = document.createElement('div')
  box.className = 'notice bad trouble'
  const text = document.createElement('p')
  const strong = document.createElement('strong')
  strong.textContent = body.title + (old ? ' (' + $('#card-title', old).textContent + ')' : '') + ': '
  text.append(strong, body.text)
  box.append(text)
  const close = () => box.remove()
  if (old && old !== card) {
    const entered = chosenText(old)
    if (entered) { const p = document.createElement('p'); p.textContent = 'You had entered: ' + entered; box.append(p) }
    box.append(button(body.gone ? 'Show what I entered' : 'Back to it', () => { close(); back(old) }))
  }
  if (old === card && body.gone) box.append(button('Next claim', () => { close(); onward('') }))
  if (body.signedOut) {
    const link = document.createElement('a')
    link.href = work.dataset.start
    link.target = '_blank'
    link.textContent = 'Sign in in a new tab'
    box.append(link)
  }
  box.append(button('Close', close))
  trouble.append(box)
  eager = false
  work.classList.remove('waiting')
}

function button(text, act) {
  const b = document.createElement('button')
  b.type = 'button'
  b.className = 'second'
  b.textContent = text
  b.addEventListener('click', act)
  return b
}

function back(old) {
  if (card.dataset.item !== old.dataset.item) waits.unshift(card)
  waits = waits.filter(c => c !== old)
  show(old, 'Back at ' + $('#card-title', old).textContent)
}

function chosenText(of) {
  const list = $$('.question', of).map(q => { const on = $('input:checked', q); return on && $('legend', q).textContent + ' ' + $('.name', on.parentElement).textContent }).filter(Boolean)
  const note = $('#why', of).value.trim()
  return list.concat(note ? ['“' + note + '”'] : []).join(', ')
}

// ---- acting

function fieldsOf(form, what) {
  form.took.value = Math.round(performance.now() - shownAt)
  return [...new FormData(form)].filter(([name]) => name !== 'do').concat([['do', what]])
}

// send leaves the claim to the server and shows the next one at once; if the answer is not
// taken, the claim comes back with all that was entered.
function send(form, what) {
  const old = card, fields = fieldsOf(form, what)
  under.add(old.dataset.item)
  inLine(async () => {
    try {
      const body = await post(form.getAttribute('action'), fields.concat([['have', have()]]))
      if (body.decision) decided.push(body.decision)
      under.delete(old.dataset.item)
      arrived(body)
      return body.said
    } catch (error) {
      under.delete(old.dataset.item)
      if (error.body && error.body.card) { const mended = parse(error.body.card); keep(old, mended); problem(error, mended) } else problem(error, old)
      return ''
    }
  }).then(text => {
    if (eager) goOn(text); else say(text)
    load()
  })
  onward('')
}

// keep carries over what was entered.
function keep(from, to) {
  for (const on of $$('input:checked', from)) { const same = $$('input[type=radio]', to).find(i => i.name === on.name && i.value === on.value); if (same) same.checked = true }
  $('#why', to).value = $('#why', from).value
}

const open = (of = card) => $$('.question', of).filter(q => !$('input:checked', q))

function submit() {
  const left = open()
  if (left.length) {
    left.forEach(q => q.classList.add('missing'))
    mark(left[0])
    focusIn(left[0])
    say('Still open: ' + left.map(q => $('legend', q).textContent).join(', ') + '. Choose a label, or x where it cannot be told.')
    return
  }
  send($('#answer'), 'answer')
}

async function reveal() {
  const before = card
  try {
    const fields = fieldsOf($('#answer'), 'show')
    const body = await inLine(() => post($('#answer', before).getAttribute('action'), fields))
    if (card !== before || !body.card) return
    const shown = parse(body.card), at = shownAt, where = marked ? marked.dataset.axis : ''
    keep(before, shown)
    show(shown, '')
    shownAt = at
    mark($$('.question').find(q => q.dataset.axis === where) || marked)
    say('The model\'s answer is shown.')
  } catch (error) { problem(error, card) }
}

async function undo() {
  await line // the answer to take back may be on its way
  const id = decided.pop()
  if (!id) { say('There is nothing to take back. What you decided before is under What I decided.'); return }
  try {
    const body = await inLine(() => post(work.dataset.undo, {decision: id}))
    if (!body.card) return
    const again = parse(body.card)
    waits = waits.filter(c => c.dataset.item !== again.dataset.item)
    if (card.dataset.item !== again.dataset.item) waits.unshift(card)
    show(again, body.said)
  } catch (error) { problem(error, null) }
}

function skip() {
  const details = $('.skipping')
  details.open = true
  $('#skip').focus()
  details.scrollIntoView({block: 'nearest'})
}

function sendSkip() {
  if (!$('#skip').value.trim()) { say('Say in a word why you skip this claim.'); $('#skip').focus(); return }
  send($('.skip-form'), 'skip')
}

// ---- questions

let marked = null

function mark(question) {
  marked = question
  paint(card, question)
  if (question) question.scrollIntoView({block: 'nearest'})
}

function paint(of, question) {
  for (const q of $$('.question', of)) {
    q.classList.toggle('marked', q === question)
    q.classList.toggle('done', !!$('input:checked', q))
  }
}

function focusIn(question) { ($('input:checked', question) || $('input', question)).focus({preventScroll: true}) }

function chosen(input) {
  const question = input.closest('.question')
  question.classList.remove('missing')
  const next = open()[0]
  mark(next || question)
  say($('legend', question).textContent + ': ' + $('.name', input.parentElement).textContent + '. ' + (next ? 'Next: ' + $('legend', next).textContent : 'Enter submits.'))
}

function pick(input) {
  if (!input) return
  input.checked = true
  chosen(input)
}

function model() {
  if ($('[value=show]')) { reveal(); return }
  if (!marked) return
  const input = $$('input', marked).find(i => i.value === marked.dataset.model)
  if (input) pick(input); else say('The model has no answer to this question.')
}

function search(text) {
  const wanted = text.trim().toLowerCase()
  card.classList.toggle('searching', wanted !== '')
  let found = 0
  for (const label of $$('.choice')) {
    const hit = wanted === '' || label.dataset.search.includes(wanted)
    label.classList.toggle('miss', !hit)
    found += hit ? 1 : 0
  }
  $('#search-found').textContent = wanted ? found + ' labels' : ''
}

function endSearch() {
  $('#search').value = ''
  search('')
  $('#search').blur()
}

function takeFound() {
  const hits = $$('.choice:not(.miss)')
  const first = (marked && hits.find(l => marked.contains(l))) || hits[0]
  if ($('#search').value.trim() && first) { endSearch(); pick($('input', first)) }
}

// ---- photos

let shot = 0

function photos(step) {
  const list = $$('.shot')
  if (!list.length) return
  zoom(false)
  shot = (shot + step + list.length) % list.length
  turn(card, shot)
}

// turn shows one photo of a claim.
function turn(of, at) {
  const list = $$('.shot', of)
  if (!list.length) return
  list.forEach((f, i) => { f.hidden = i !== at })
  const tools = $('.shot-tools', of)
  tools.hidden = false
  $('.count', tools).textContent = (at + 1) + ' of ' + list.length
  $$('[data-do=before],[data-do=after]', tools).forEach(b => { b.hidden = list.length < 2 })
}

const pane = () => $('.shot:not([hidden]) .pane')

function zoom(on) {
  const p = pane()
  const button = $('[data-do=zoom]')
  if (!p) { if (button) button.setAttribute('aria-pressed', 'false'); return }
  p.classList.toggle('zoomed', on ?? !p.classList.contains('zoomed'))
  const zoomed = p.classList.contains('zoomed')
  button.setAttribute('aria-pressed', String(zoomed))
  if (zoomed) { p.tabIndex = 0; p.scrollTo((p.scrollWidth - p.clientWidth) / 2, (p.scrollHeight - p.clientHeight) / 2); if (on === undefined) p.focus({preventScroll: true}) } else p.removeAttribute('tabindex')
}

function rotate() {
  const p = pane()
  if (!p) return
  const turns = (Number(p.dataset.turns || 0) + 1) % 4
  p.dataset.turns = turns
  say('Rotated by ' + turns * 90 + ' degrees.')
}

const tools = {before: () => photos(-1), after: () => photos(1), zoom: () => zoom(), rotate}

// ---- a claim that comes to the screen

function dress(next) {
  next.classList.add('scripted')
  $('.search', next).hidden = false
  $$('.take', next).forEach(b => { b.hidden = false })
  turn(next, 0)
  paint(next, open(next)[0] || $('.question', next))
}

function help() {
  const details = document.getElementById('help')
  details.open = !details.open
  if (details.open) { details.scrollIntoView({block: 'nearest'}); $('summary', details).focus({preventScroll: true}) }
}

// ---- what the reviewer does

work.addEventListener('submit', event => {
  const form = event.target
  const what = event.submitter ? event.submitter.value : 'answer'
  if (form.classList.contains('last')) { event.preventDefault(); undo(); return }
  event.preventDefault()
  if (form.classList.contains('skip-form')) { sendSkip(); return }
  if (what === 'later') send(form, 'later')
  else if (what === 'show') reveal()
  else submit()
})
work.addEventListener('change', event => { if (event.target.type === 'radio') chosen(event.target) })
work.addEventListener('focusin', event => { const q = event.target.closest && event.target.closest('.question'); if (q && q !== marked) mark(q) })
work.addEventListener('input', event => { if (event.target.id === 'search') search(event.target.value) })
work.addEventListener('click', event => {
  const tool = event.target.closest('[data-do]')
  if (tool && tools[tool.dataset.do]) { tools[tool.dataset.do](); return }
  if (event.target.closest('.pane')) { zoom(); return }
  const take = event.target.closest('.take')
  if (take) take.closest('.other').querySelectorAll('li[data-field]').forEach(li => { const i = $$('input').find(i => i.name === li.dataset.field && i.value === li.dataset.value); if (i) pick(i) })
})

const typing = t => t.tagName === 'TEXTAREA' || t.tagName === 'SELECT' || (t.tagName === 'INPUT' && !['radio', 'checkbox', 'button', 'submit'].includes(t.type))

function inField(event) {
  const field = event.target
  if (event.key === 'Escape') {
    if (field.id === 'search') endSearch(); else field.blur()
    if (field.id === 'skip') $('.skipping').open = false
    return true
  }
  if (event.key === 'Enter' && field.id === 'search') { takeFound(); return true }
  return false
}

const commands = {
  Enter: submit, u: undo, s: skip, h: () => send($('#answer'), 'later'), m: model, '?': help, z: tools.zoom, r: rotate, ',': tools.before, '.': tools.after,
  '/': () => { $('#search').focus(); $('#search').select() },
  Backspace: () => { const all = $$('.question'), at = all.indexOf(marked); if (at > 0) { mark(all[at - 1]); focusIn(all[at - 1]) } },
  Escape: () => { document.getElementById('help').open = false; trouble.replaceChildren() },
}

function act(event) {
  const key = event.key
  if (key === 'Enter' && ['BUTTON', 'A', 'SUMMARY'].includes(event.target.tagName)) return false
  if (Object.hasOwn(commands, key)) { commands[key](); return true }
  if (!marked || key.length !== 1) return false
  const input = $$('input', marked).find(i => i.getAttribute('aria-keyshortcuts') === key)
  if (!input) return false
  pick(input)
  return true
}

document.addEventListener('keydown', event => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  const done = typing(event.target) ? inField(event) : keys && !eager && !event.repeat && act(event)
  if (done) event.preventDefault()
})

// ---- signs of life

setInterval(async () => {
  const items = [card, ...waits].map(c => ['item', c.dataset.item + ' ' + c.dataset.version])
  try {
    const body = await post(work.dataset.beatTo, items)
    for (const id of body.lost || []) {
      waits = waits.filter(c => c.dataset.item !== id)
      if (card.dataset.item === id && !card.dataset.told) {
        card.dataset.told = 'yes'
        problem(new Refused({title: 'Somebody else has this claim now', text: 'It was with you for too long without a sign of life. You can still try to submit; if that is too late, what you entered stays on the screen.'}), null)
      }
    }
  } catch { /* the next beat tells, or the answer does */ }
}, Number(work.dataset.beat) * 1000)

dress(card)
marked = $('.question.marked')
load()
