// What changed: the first line, and the others behind it. Text goes in as text, never as markup.
const ROLES = ["marketing", "sales", "joint"]

function el(tag, cls, text) {
  const made = document.createElement(tag)
  if (cls) made.className = cls
  if (text !== undefined) made.textContent = text
  return made
}

function lineOf({ rose, side, text, tip, href }) {
  const line = el("a", "line")
  line.href = href
  line.title = tip
  const mark = el("span", "mark", rose ? "▲ " : "▼ ")
  mark.style.color = `var(--${side})`
  line.append(mark, text)
  line.onclick = event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    follow(href)
  }
  return line
}

export default function ({ data, parentElement }) {
  const strip = parentElement.querySelector(".strip")
  const colours = getComputedStyle(strip).getPropertyValue("--st-chart-categorical-colors").split(",")
  ROLES.forEach((role, place) => strip.style.setProperty("--" + role, (colours[place] || "currentColor").trim()))
  const [first, ...others] = data.told
  const summary = strip.querySelector("summary")
  summary.replaceChildren(el("b", "", data.label), first ? lineOf(first) : el("span", "note", data.note))
  if (first) summary.append(el("span", "more", others.length ? `and ${others.length} more` : "how sure?"))
  strip.classList.toggle("still", !first)
  if (!first) strip.open = false
  summary.onclick = event => {
    if (!first) event.preventDefault() // nothing behind it to open
  }
  strip.replaceChildren(summary, ...(first ? [...others.map(lineOf), el("span", "note", data.note)] : []))
}
