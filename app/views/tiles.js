// A row of number tiles. Text goes in as text, never as markup; colours are the theme's chart colours by role.
const MARK_PX = 8 // the lane of the marks under a line
const watched = new WeakMap()

function places(points, width, height) {
  const known = points.filter(point => point.value !== null)
  if (known.length < 2) return null
  const values = known.flatMap(point => [point.value, ...(point.lands || [])])
  const low = points[0].fromZero ? 0 : Math.min(...values) - 0.03
  const span = Math.max(...values) - low || 1
  const step = (width - 10) / (points.length - 1)
  const up = value => height - 5 - ((value - low) / span) * (height - 10)
  return points.map((point, index) => ({
    ...point,
    x: 5 + index * step,
    y: point.value === null ? null : up(point.value),
    range: point.lands && point.lands.map(up),
    step,
  }))
}

// Whole weeks are a solid line; what is still in progress or unripe hangs on it dashed and hollow.
function drawLine(svg, points, height, width) {
  svg.replaceChildren()
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
  svg.setAttribute("height", height)
  const marks = points.some(point => point.note)
  const spots = places(points, width, height - (marks ? MARK_PX : 0))
  if (!spots) return
  // The range in which a week that is not ripe will land, and what is expected.
  for (const { x, range, step } of spots) {
    if (!range) continue
    const wide = Math.min(step * 0.76, 14)
    const [low, at, high] = range
    svg.append(shape("rect", { x: x - wide / 2, y: high, width: wide, height: Math.max(low - high, 1), rx: 2, fill: "var(--label)", "fill-opacity": 0.28, stroke: "var(--label)" }))
    svg.append(shape("line", { x1: x - wide / 2, x2: x + wide / 2, y1: at, y2: at, stroke: "var(--label)", "stroke-width": 1.5, opacity: 0.8 }))
  }
  const known = spots.filter(spot => spot.y !== null)
  known.slice(1).forEach((spot, index) => {
    const before = known[index]
    const soft = spot.state !== "whole"
    svg.append(shape("line", {
      x1: before.x, y1: before.y, x2: spot.x, y2: spot.y, "stroke-width": 2, "stroke-linecap": "round",
      stroke: soft ? "var(--label)" : "var(--side)", ...(soft ? { "stroke-dasharray": "2 4" } : {}),
    }))
  })
  // A triangle under each week that people wrote about.
  for (const { x, note } of spots) {
    if (note) svg.append(shape("path", { d: `M${x - 4} ${height} h8 l-4 -7 z`, fill: "var(--ink)" }))
  }
  const last = known.filter(spot => spot.state === "whole").at(-1)
  for (const spot of known) {
    if (spot.state !== "whole") svg.append(shape("circle", { cx: spot.x, cy: spot.y, r: 3.5, fill: "var(--st-background-color)", stroke: "var(--label)", "stroke-width": 1.5 }))
    else if (spot === last) svg.append(shape("circle", { cx: spot.x, cy: spot.y, r: 3.5, fill: "var(--side)" }))
  }
}

function spark(tile, big) {
  const box = el("div", "spark")
  const svg = shape("svg", { "aria-hidden": "true" })
  box.append(svg)
  if (big) {
    const ends = el("div", "ends")
    ends.append(el("span", "", tile.line[0].label), el("span", "", tile.line_note), el("span", "", tile.line.at(-1).label))
    box.append(ends)
  }
  svg.points = tile.line
  svg.tall = big ? 104 : 40
  return box
}

function say(parts) {
  const line = el("div", "line")
  for (const part of parts) line.append(part.tone === undefined ? document.createTextNode(part.text) : el("b", part.tone, part.text))
  return line
}

function link(cls, text, href, spoken) {
  const made = way(cls, text, href)
  made.setAttribute("aria-label", spoken)
  return made
}

function draw(tile, big) {
  const box = el("article", `tile of-${tile.side}`)
  box.style.setProperty("--side", `var(--${tile.side})`)
  const head = el("div", "head")
  const open = link("open", tile.title, tile.records, tile.alt)
  if (tile.marks) open.title = tile.marks
  const title = el("div", "title")
  title.append(open)
  const define = link("define", "i", tile.definition, `What ${tile.title} means`)
  define.title = tile.says
  head.append(title, define)
  box.append(head)
  if (tile.gap) {
    box.append(el("div", "gap", tile.gap))
    return box
  }
  const figure = el("div", "figure")
  const value = el("span", "value", tile.value)
  figure.append(value)
  if (tile.unit) figure.append(el("span", "unit", tile.unit))
  if (tile.mark && big) figure.append(el("span", `mark ${tile.mark.tone}`, tile.mark.text))
  box.append(figure)
  for (const parts of tile.lines) box.append(say(parts))
  if (tile.line.length) box.append(spark(tile, big))
  return box
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".tiles")
  paint(root)
  const signature = JSON.stringify(data)
  if (root.signature !== signature) {
    root.signature = signature
    root.className = `tiles ${data.size}${data.tiles.length > 6 ? " dense" : ""}`
    root.style.setProperty("--many", data.tiles.length)
    root.style.setProperty("--columns", data.tiles.length > 6 ? Math.ceil(data.tiles.length / 2) : data.tiles.length)
    parentElement.querySelector(".note").textContent = data.note
    root.replaceChildren(...data.tiles.map(tile => draw(tile, data.size === "large")))
  }
  // All are measured before the first is drawn: each drawing between would have the browser lay the page out anew.
  const redraw = () => {
    const lines = [...root.querySelectorAll(".spark svg")]
    const widths = lines.map(svg => svg.clientWidth || 200)
    lines.forEach((svg, place) => svg.wide === widths[place] || drawLine(svg, svg.points, svg.tall, (svg.wide = widths[place])))
  }
  redraw()
  if (!watched.has(root)) {
    const observer = new ResizeObserver(() => watched.get(root).redraw())
    watched.set(root, { observer, redraw })
    observer.observe(root)
  }
  watched.get(root).redraw = redraw
  return () => { watched.get(root)?.observer.disconnect(); watched.delete(root) }
}
