// The steps of the meeting, its weeks, and the arrow keys. Each step is an address, so the browser's own back button works too.
const frames = new WeakMap()
const TYPED_IN = "input, textarea, select, [contenteditable], [role=radio], [role=radiogroup], [role=option], [role=listbox], [role=slider], [role=tab], [role=grid], [role=dialog], canvas"

function way(cls, text, href, spoken) {
  const made = document.createElement(href ? "a" : "span")
  made.className = cls + (href ? "" : " off")
  made.textContent = text
  if (spoken) made.setAttribute("aria-label", spoken)
  if (!href) return made
  made.href = href
  made.onclick = event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    follow(href)
  }
  return made
}

// Keys are the page's only where nobody types or chooses: inside a field, a table or an open menu they belong to it.
function isTaken(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return true
  const inside = event.composedPath().some(one => one instanceof Element && one.matches(TYPED_IN))
  const active = document.activeElement
  return inside || Boolean(active && active !== document.body && active.matches(TYPED_IN))
}

function draw(root, data) {
  const weeks = document.createElement("nav")
  weeks.className = "weeks"
  weeks.append(way("turn", "‹", data.earlier, "Week before"), way("turn", "›", data.later, "Week after"))
  const steps = document.createElement("nav")
  steps.className = "steps"
  steps.setAttribute("aria-label", "Steps of the meeting")
  data.steps.forEach((step, place) => {
    const made = way("step", "", step.href)
    const number = document.createElement("b")
    number.textContent = place + 1
    const name = document.createElement("span")
    name.textContent = step.name
    made.append(number, name)
    if (place + 1 === data.step) made.setAttribute("aria-current", "step")
    steps.append(made)
  })
  const turns = document.createElement("nav")
  turns.className = "turns"
  turns.append(way("button", "Back", data.steps[data.step - 2]?.href, "Back: arrow key left"), way("button next", "Next", data.steps[data.step]?.href, "Next: arrow key right"))
  root.replaceChildren(weeks, steps, turns)
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".agenda")
  const frame = frames.get(root) || {}
  frame.step = data.step // keys pressed faster than the server answers count on from here
  if (frame.signature !== JSON.stringify(data)) draw(root, data)
  frame.signature = JSON.stringify(data)
  if (frame.listen) document.removeEventListener("keydown", frame.listen)
  frame.listen = event => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    const step = data.steps[frame.step + by - 1]
    if (!by || !step || isTaken(event)) return
    event.preventDefault()
    frame.step += by
    follow(step.href)
  }
  document.addEventListener("keydown", frame.listen)
  frames.set(root, frame)
  return () => document.removeEventListener("keydown", frame.listen)
}
