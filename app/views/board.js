// Cards of large lines. Text goes in as text, never as markup; colours are the theme's chart colours by role.
const LONG = 220 // characters of a line before it is folded

function button(cls, text, press) {
  const made = el("button", cls, text)
  made.type = "button"
  made.onclick = press
  return made
}

// What is long is folded, and opens where it stands; its card scrolls.
function said(cls, text, opened) {
  const box = el("div", cls)
  const words = el("div", "words", text)
  words.dir = "auto"
  box.append(words)
  if (text.length > LONG || text.split("\n").length > 4) {
    const more = button("more", "", () => {
      opened.has(text) ? opened.delete(text) : opened.add(text)
      show()
    })
    const show = () => {
      words.classList.toggle("folded", !opened.has(text))
      more.textContent = opened.has(text) ? "Show less" : "Show all of it"
    }
    show()
    box.append(more)
  }
  return box
}

function walk(turns) {
  const path = el("div", "path")
  for (const turn of turns) {
    const box = el("div", "turn")
    box.style.setProperty("--side", `var(--${turn.side})`)
    box.title = turn.tip
    const what = el("div", "what", turn.what)
    if (turn.tip) what.append(el("span", "spoken", `, ${turn.tip}`))
    box.append(el("div", "when", turn.when), el("div", `dot of-${turn.side}`), what)
    path.append(box)
  }
  return path
}

function chart(values) {
  const known = values.map((value, place) => ({ value, place })).filter(point => point.value !== null)
  const svg = document.createElementNS(SVG, "svg")
  svg.setAttribute("viewBox", "0 0 100 30")
  svg.setAttribute("class", "chart")
  svg.setAttribute("aria-hidden", true) // the line says from what to what
  svg.setAttribute("preserveAspectRatio", "none")
  if (known.length < 2) return svg
  const low = Math.min(...known.map(point => point.value))
  const span = Math.max(...known.map(point => point.value)) - low || 1
  const line = document.createElementNS(SVG, "polyline")
  line.setAttribute("points", known.map(point => `${2 + (point.place / (values.length - 1)) * 96},${27 - ((point.value - low) / span) * 24}`).join(" "))
  svg.append(line)
  return svg
}

function draw(line, tools) {
  const box = el("div", `line${line.is_struck ? " struck" : ""}${line.is_chosen ? " chosen" : ""}`)
  if (line.mark) box.append(el("span", `mark ${line.tone}`, line.mark))
  if (line.figure) box.append(el("span", `figure ${line.mark ? "" : line.tone}`, line.figure))
  const body = el("div", "body")
  const top = el("div", "top")
  if (line.href) top.append(way("text", line.text, line.href))
  else if (line.text) top.append(said("text", line.text, tools.opened))
  if (line.acts.length) {
    const acts = el("span", "acts")
    for (const [name, label] of line.acts) acts.append(button("act", label, () => tools.press(name, line.ref)))
    top.append(acts)
  }
  body.append(top)
  if (line.small) {
    const under = el("div", "top")
    const small = el("div", "small", line.small)
    small.dir = "auto"
    under.append(small)
    if (line.chart.length) under.append(chart(line.chart))
    body.append(under)
  }
  if (line.path.length) body.append(walk(line.path))
  if (line.replies.length) {
    const replies = el("div", "replies")
    replies.append(...line.replies.map(reply => draw(reply, tools)))
    for (const [place, reply] of line.replies.entries()) replies.children[place].style.setProperty("--side", `var(--${reply.tone || "label"})`)
    body.append(replies)
  }
  box.append(body)
  return box
}

function lay(card, tools) {
  const box = el("article", `card${card.is_chosen ? " chosen" : ""}`)
  if (card.side) box.style.setProperty("--side", `var(--${card.side})`)
  const head = el("div", "head")
  const title = card.whole ? way("title cover", card.title, card.whole) : el("div", "title", card.title)
  if (card.is_chosen) title.setAttribute("aria-current", true)
  head.append(title)
  if (card.mark) head.append(el("span", `badge ${card.tone}`, card.mark))
  if (card.note) head.append(card.href ? way("note", card.note, card.href) : el("div", "note", card.note))
  if (card.title || card.note) box.append(head)
  if (card.figure) {
    const figure = el("div", "large")
    figure.append(el("span", "value", card.figure))
    if (card.unit) figure.append(el("span", "unit", card.unit))
    box.append(figure)
  }
  const lines = el("div", "lines")
  lines.append(...card.lines.map(line => draw(line, tools)))
  if (!card.lines.length && card.empty) lines.append(el("div", "empty", card.empty))
  if (lines.childNodes.length) box.append(lines)
  return box
}

// What scrolls can be scrolled by keys.
function reach(root) {
  for (const box of root.querySelectorAll(".lines, .path")) {
    const scrolls = box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1
    box.toggleAttribute("tabindex", scrolls)
    if (scrolls) box.tabIndex = 0
    if (scrolls) box.setAttribute("role", "group")
    if (scrolls) box.setAttribute("aria-label", box.closest(".card").querySelector(".title")?.textContent || "More")
  }
}

const kept = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const frame = parentElement.querySelector(".frame")
  const root = frame.querySelector(".board")
  paint(frame)
  if (!kept.has(root)) {
    const observer = new ResizeObserver(() => reach(root))
    observer.observe(root)
    kept.set(root, { signature: "", opened: new Set(), observer })
  }
  const mine = kept.get(root)
  const signature = JSON.stringify(data)
  if (mine.signature === signature) return
  mine.signature = signature
  const scrolled = [...root.querySelectorAll(".lines")].map(lines => lines.scrollTop)
  const tools = { opened: mine.opened, press: (name, ref) => setTriggerValue("act", { name, ref }) }
  frame.className = `frame${data.is_low ? " low" : ""}`
  frame.querySelector(".chips").replaceChildren(...data.chips.map(chip => way(`chip${chip.is_chosen ? " chosen" : ""}`, chip.text, chip.href)))
  root.style.setProperty("--columns", data.columns)
  root.replaceChildren(...data.cards.map(card => lay(card, tools)))
  root.querySelectorAll(".lines").forEach((lines, place) => (lines.scrollTop = scrolled[place] || 0))
  reach(root)
}
