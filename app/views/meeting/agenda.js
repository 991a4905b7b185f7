// The steps of the meeting, its weeks, and the arrow keys. Each step is an address, so the browser's own back button works too.
const frames = new WeakMap()
const TYPED_IN = "input, textarea, select, [contenteditable], [role=radio], [role=radiogroup], [role=option], [role=listbox], [role=slider], [role=tab], [role=grid], [role=dialog], canvas"

// A turn that leads nowhere is shown, and is no link.
function turn(cls, text, href, spoken) {
  const made = href ? way(cls, text, href) : el("span", cls + " off", text)
  if (!href) made.setAttribute("role", "link")
  if (!href) made.setAttribute("aria-disabled", true)
  if (spoken) made.setAttribute("aria-label", spoken)
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
  const weeks = el("nav", "weeks")
  weeks.setAttribute("aria-label", "Weeks")
  weeks.append(turn("turn", "‹", data.earlier, "Week before"), turn("turn", "›", data.later, "Week after"))
  const steps = el("nav", "steps")
  steps.setAttribute("aria-label", "Steps of the meeting")
  data.steps.forEach((step, place) => {
    const made = turn("step", "", step.href)
    made.append(el("b", "", place + 1), el("span", "", step.name))
    if (place + 1 === data.step) made.setAttribute("aria-current", "step")
    steps.append(made)
  })
  const turns = el("nav", "turns")
  turns.setAttribute("aria-label", "Back and next")
  turns.append(turn("button", "Back", data.steps[data.step - 2]?.href, "Back: arrow key left"), turn("button next", "Next", data.steps[data.step]?.href, "Next: arrow key right"))
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
