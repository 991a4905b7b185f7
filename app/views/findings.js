// What changed: the first line, and the others behind it. Text goes in as text, never as markup.
function lineOf({ rose, side, text, tip, href }) {
  const line = way("line", "", href)
  line.title = tip
  const mark = el("span", "mark", rose ? "▲ " : "▼ ")
  mark.style.color = `var(--${side})`
  line.append(mark, text)
  return line
}

export default function ({ data, parentElement }) {
  const strip = parentElement.querySelector(".strip")
  paint(strip)
  const [first, ...others] = data.told
  const summary = strip.querySelector("summary")
  summary.replaceChildren(el("b", "", data.label), first ? lineOf(first) : el("span", "note", data.note))
  if (first) summary.append(el("span", "more", others.length ? `and ${others.length} more` : "how sure?"))
  strip.classList.toggle("still", !first)
  if (!first) strip.open = false
  summary.onclick = event => {
    if (!first) event.preventDefault() // nothing behind it to open
  }
  strip.replaceChildren(summary, ...(first ? [el("span", "tip", first.tip), ...others.flatMap(one => [lineOf(one), el("span", "tip", one.tip)]), el("span", "note", data.note)] : []))
}
