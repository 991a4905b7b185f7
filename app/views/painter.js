// Paints a chart as inline SVG from its Vega-Lite spec: the part of that language that app/charts speaks, and no more (a test holds
// the two together). Colours are the theme's chart colours by role. Nothing of a spec or a row is ever run or taken for markup.

// --- expressions: what stands in an ExprRef, parsed once --------------------------------------------
const WORD = /\s*(?:(\d+(?:\.\d+)?)|'((?:[^'\\]|\\.)*)'|\/((?:[^/\\]|\\.)+)\/|([A-Za-z_]\w*)|([()?:,.*<>+-]))/y
const parsed = new Map()
const SI = [[1e9, "G"], [1e6, "M"], [1e3, "k"]]
const trimmed = (value, digits) => String(Number(value.toPrecision(digits)))

function written(value, form) {
  if (form === "~s") {
    const [size, sign] = SI.find(([size]) => Math.abs(value) >= size) || [1, ""]
    return trimmed(value / size, 6) + sign
  }
  if (form === ",d") return Math.round(value).toLocaleString("en-US")
  return trimmed(value, form === ".3~g" ? 3 : 6)
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

function dayWritten(date, form) {
  const month = MONTHS[date.getUTCMonth()]
  return form === "%b %Y" ? `${month} ${date.getUTCFullYear()}` : `${date.getUTCDate()} ${month}`
}

const KNOWN = {
  scale: (_, role) => `var(--${role})`,
  test: (pattern, text) => new RegExp(pattern).test(text),
  length: text => String(text ?? "").length,
  format: written,
  utcFormat: dayWritten,
  toDate: value => new Date(value),
  abs: Math.abs,
  upper: text => text.toUpperCase(),
  replace: (text, old, other) => text.replace(old, other),
}

function parse(text) {
  const words = []
  WORD.lastIndex = 0
  for (let at; WORD.lastIndex < text.trimEnd().length && (at = WORD.exec(text)); ) {
    const [, number, quoted, pattern, name, sign] = at
    words.push(number !== undefined ? () => Number(number) : quoted !== undefined ? () => quoted : pattern !== undefined ? () => pattern : { name, sign })
  }
  const is = sign => words[0]?.sign === sign
  const take = sign => is(sign) && words.shift()
  function simple() {
    if (take("-")) {
      const of = simple()
      return scope => -of(scope)
    }
    if (take("(")) {
      const inner = choice()
      take(")")
      return inner
    }
    const first = words.shift()
    if (typeof first === "function") return first
    const { name } = first
    if (take("(")) {
      const given = []
      while (!take(")")) {
        given.push(choice())
        take(",")
      }
      return scope => KNOWN[name](...given.map(one => one(scope)))
    }
    if (!take(".")) return scope => scope[name]
    const field = words.shift().name
    return scope => scope[name][field]
  }
  function chain(next, signs) {
    return () => {
      let left = next()
      while (words.length && signs[words[0].sign]) {
        const [act, before, right] = [signs[words.shift().sign], left, next()]
        left = scope => act(before(scope), right(scope))
      }
      return left
    }
  }
  const products = chain(simple, { "*": (a, b) => a * b })
  const sums = chain(products, { "+": (a, b) => a + b, "-": (a, b) => a - b })
  const compared = chain(sums, { "<": (a, b) => a < b, ">": (a, b) => a > b })
  function choice() {
    const asked = compared()
    if (!take("?")) return asked
    const yes = choice()
    take(":")
    const no = choice()
    return scope => (asked(scope) ? yes(scope) : no(scope))
  }
  return choice()
}

function worked(value, scope) {
  if (value === null || typeof value !== "object" || !value.expr) return value
  if (!parsed.has(value.expr)) parsed.set(value.expr, parse(value.expr))
  return parsed.get(value.expr)(scope)
}

// --- letters ------------------------------------------------------------------------------------------
const pen = document.createElement("canvas").getContext("2d")
const widths = new Map()

function wide(text, px, weight, family) {
  const font = `${weight} ${px}px ${family}`
  const key = font + text
  if (!widths.has(key)) {
    if (widths.size > 5000) widths.clear()
    pen.font = font
    widths.set(key, pen.measureText(text).width)
  }
  return widths.get(key)
}

function cut(text, most, px, family) {
  if (wide(text, px, 400, family) <= most) return text
  let end = text.length
  while (end > 1 && wide(text.slice(0, end) + "…", px, 400, family) > most) end--
  return text.slice(0, end).trimEnd() + "…"
}

// --- scales -------------------------------------------------------------------------------------------
// The step between ticks that gives about so many: 1, 2 or 5 times a power of ten.
function stepOf(low, high, count, least = 0) {
  const rough = (high - low) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const error = rough / power
  return Math.max((error >= Math.sqrt(50) ? 10 : error >= Math.sqrt(10) ? 5 : error >= Math.sqrt(2) ? 2 : 1) * power, least)
}

function ticksOf(low, high, count, least) {
  const step = stepOf(low, high, count, least)
  const ticks = []
  for (let number = Math.ceil(low / step - 1e-9); number * step <= high + step * 1e-9; number++) ticks.push(Number((number * step).toPrecision(12)))
  return ticks
}

const DAY = 864e5
const SPANS = [DAY, 2 * DAY, 7 * DAY, 30 * DAY, 91 * DAY, 365 * DAY]

function daysOf(low, high, count) {
  const rough = (high - low) / count
  const span = SPANS.reduce((best, one) => (Math.abs(Math.log(one / rough)) < Math.abs(Math.log(best / rough)) ? one : best))
  const begins = {
    [SPANS[0]]: () => true,
    [SPANS[1]]: day => day.getUTCDate() % 2 === 1,
    [SPANS[2]]: day => day.getUTCDay() === 0,
    [SPANS[3]]: day => day.getUTCDate() === 1,
    [SPANS[4]]: day => day.getUTCDate() === 1 && day.getUTCMonth() % 3 === 0,
    [SPANS[5]]: day => day.getUTCDate() === 1 && day.getUTCMonth() === 0,
  }[span]
  const ticks = []
  for (let at = Math.ceil(low / DAY) * DAY; at <= high; at += DAY) if (begins(new Date(at))) ticks.push(at)
  return ticks
}

const NONE = { find: () => undefined, axis: null }
const BAND = { inner: 0.35, outer: 0.15 }
const NESTED = { inner: 0.2, outer: 0.2 } // where a row holds two bars

function encodings(layers, channel) {
  return layers.flatMap(layer => [layer.encoding[channel], layer.encoding[channel + "2"]]).filter(Boolean)
}

function extent(layers, rows, channel, zero) {
  const values = encodings(layers, channel).flatMap(one => (one.field ? rows.map(row => row[one.field]) : one.datum === undefined ? [] : [one.datum]))
  const known = values.filter(value => value !== null && value !== undefined).concat(zero ? [0] : [])
  return known.length ? [Math.min(...known), Math.max(...known)] : [0, 1]
}

// How a channel places things: its kind, its domain, and its axis, before anybody knows how much room there is.
function measure(layers, rows, channel) {
  const all = encodings(layers, channel)
  const main = all.find(one => one.field && one.type)
  if (!main) return NONE
  const axis = all.find(one => one.axis)?.axis || null
  if (main.type === "nominal" || main.type === "ordinal") {
    const keys = [...new Set(rows.map(row => row[main.field]))]
    const nested = layers.some(layer => layer.encoding[channel + "Offset"])
    const gaps = main.scale?.type === "band" ? { inner: 0, outer: 0 } : nested ? NESTED : BAND
    return { kind: "band", keys, places: new Map(keys.map((key, place) => [key, place])), gaps, axis }
  }
  const { domain, zero, nice } = main.scale || {}
  let [low, high] = domain || extent(layers, rows, channel, main.type === "quantitative" && zero !== false)
  if (low === high) high = low + 1
  if (!domain && main.type === "quantitative" && nice !== false) {
    const step = stepOf(low, high, 10)
    low = Math.floor(low / step + 1e-9) * step
    high = Math.ceil(high / step - 1e-9) * step
  }
  const ticks = !axis ? [] : main.type === "temporal" ? daysOf(low, high, axis.tickCount) : ticksOf(low, high, axis.tickCount, axis.tickMinStep)
  return { kind: "number", low, high, ticks, axis, temporal: main.type === "temporal" }
}

// Gives a measure its room in pixels, from `start` to `end`.
function lay(scale, start, end) {
  if (scale.kind === "number") scale.find = value => start + ((value - scale.low) / (scale.high - scale.low)) * (end - start)
  if (scale.kind !== "band") return scale
  const { inner, outer } = scale.gaps
  scale.step = (end - start) / Math.max(scale.keys.length - inner + 2 * outer, 1)
  scale.width = scale.step * (1 - inner)
  scale.find = (value, part = 0.5) => start + scale.step * (outer + scale.places.get(value)) + scale.width * part
  return scale
}

// --- axes ---------------------------------------------------------------------------------------------
function label(axis, value, temporal) {
  if (axis.labelExpr) return worked({ expr: axis.labelExpr }, { datum: { value, label: trimmed(Number(value), 6) } })
  if (temporal) return dayWritten(new Date(value), axis.format)
  return axis.format ? written(value, axis.format) : trimmed(value, 6)
}

function texts(scale, family) {
  const px = scale.axis?.labelFontSize || 11
  if (!scale.axis) return { px, all: [] }
  const values = scale.kind === "band" ? scale.keys : scale.ticks
  const most = scale.axis.labelLimit || 400
  const all = values.map(value => {
    const text = scale.kind === "band" && !scale.axis.labelExpr ? cut(String(value), most, px, family) : label(scale.axis, value, scale.temporal)
    return { value, text, width: wide(text, px, 400, family) }
  })
  return { px, all }
}

// Of labels that would run into each other every second one goes, until none do.
function apart(labels, scale, gap) {
  let kept = labels
  const collide = () => kept.some((one, place) => place && scale.find(one.value) - scale.find(kept[place - 1].value) < (one.width + kept[place - 1].width) / 2 + gap)
  while (kept.length > 2 && collide()) kept = kept.filter((_, place) => place % 2 === 0)
  return kept
}

function axes(svg, x, y, xTexts, yTexts, room) {
  const write = (text, place, px, full) => {
    const made = shape("text", { "font-size": px, fill: "var(--label)", ...place })
    made.textContent = text
    if (full && full !== text) made.append(Object.assign(shape("title", {}), { textContent: full }))
    svg.append(made)
  }
  if (y.axis && y.kind === "number") {
    for (const { value } of yTexts.all) {
      if (y.axis.grid !== false) svg.append(shape("line", { x1: room.left, x2: room.right, y1: y.find(value), y2: y.find(value), stroke: "var(--track)", opacity: y.axis.gridOpacity }))
    }
  }
  const base = { x: room.left - (y.axis?.labelPadding ?? 6), "text-anchor": "end" }
  for (const { value, text } of yTexts.all) write(text, { ...base, y: y.find(value), dy: "0.35em" }, yTexts.px, y.kind === "band" ? String(value) : "")
  if (!x.axis) return
  if (x.axis.domain !== false) svg.append(shape("line", { x1: room.left, x2: room.right, y1: room.bottom, y2: room.bottom, stroke: "var(--track)" }))
  const below = room.bottom + x.axis.labelPadding + xTexts.px * 0.85
  for (const { value, text } of apart(xTexts.all, x, x.axis.labelSeparation || 4)) write(text, { x: x.find(value), y: below, "text-anchor": "middle" }, xTexts.px)
}

// --- marks --------------------------------------------------------------------------------------------
const SHAPES = {
  circle: (x, y, size) => shape("circle", { cx: x, cy: y, r: Math.sqrt(size / Math.PI) }),
  diamond: (x, y, size) => {
    const r = Math.sqrt(size) / 1.52
    return shape("path", { d: `M${x} ${y - r} L${x + r} ${y} L${x} ${y + r} L${x - r} ${y} z` })
  },
  "triangle-up": (x, y, size) => {
    const r = Math.sqrt(size) / 2
    return shape("path", { d: `M${x - r} ${y + r * 0.87} h${2 * r} L${x} ${y - r * 0.87} z` })
  },
}

// Where one channel of one row lies, in pixels; null where the row has no such value.
function spot(encoding, scale, row, scope, size, part = encoding?.bandPosition ?? 0.5) {
  if (!encoding) return undefined
  if ("value" in encoding) return encoding.value === "width" || encoding.value === "height" ? size : Number(worked(encoding.value, scope)) || 0
  const value = "datum" in encoding ? encoding.datum : row[encoding.field]
  return value === null || value === undefined ? null : scale.find(value, part)
}

function colour(encoding, row, scope) {
  return encoding.field ? `var(--${row[encoding.field]})` : worked(encoding.value, scope)
}

// A bar is round where it ends; `from` is where it begins.
function bar(from, to, top, height, radius, upright) {
  const r = Math.min(radius || 0, Math.abs(to - from), height / 2)
  const [sign, h] = [to < from ? -1 : 1, height]
  if (upright) return shape("path", { d: `M${top} ${from} V${to + r * -sign} q0 ${r * sign} ${r} ${r * sign} h${h - 2 * r} q${r} 0 ${r} ${-r * sign} V${from} z` })
  return shape("path", { d: `M${from} ${top} H${to - r * sign} q${r * sign} 0 ${r * sign} ${r} v${h - 2 * r} q0 ${r} ${-r * sign} ${r} H${from} z` })
}

function painted(mark, row, at, room) {
  const { encoding, scope, x, y } = at
  const [left, right] = [at.place("x", "x"), at.place("x2", "x", encoding.x2?.bandPosition)]
  const offset = encoding.yOffset ? (y.width / 2) * (row[encoding.yOffset.field] - 0.5) : 0
  const [top, low] = [at.place("y", "y"), at.place("y2", "y")]
  if (left === null || right === null || top === null || low === null) return null
  const width = mark.strokeWidth || 1
  const edge = encoding.stroke ? worked(encoding.stroke.value, scope) : mark.stroke && worked(mark.stroke, scope)
  const stroke = { stroke: colour(encoding.color, row, scope), "stroke-width": width, "stroke-dasharray": mark.strokeDash?.length ? mark.strokeDash.join(" ") : undefined }
  if (mark.type === "rule") {
    if (right !== undefined) return shape("line", { x1: left, x2: right, y1: top + offset, y2: top + offset, ...stroke })
    const [from, to] = top === undefined ? [room.top, room.bottom] : [top, low]
    return shape("line", { x1: left, x2: left, y1: from, y2: to, ...stroke })
  }
  if (mark.type === "tick") {
    return shape("line", { x1: left, x2: left, y1: top - mark.bandSize / 2, y2: top + mark.bandSize / 2, ...stroke, "stroke-width": mark.thickness })
  }
  if (mark.type === "bar") {
    const fill = { fill: stroke.stroke, ...(edge ? { stroke: edge, "stroke-width": width } : {}), ...(mark.fillOpacity ? { "fill-opacity": mark.fillOpacity } : {}) }
    let made
    if (y.kind === "band" && low === undefined) {
      const height = encoding.yOffset ? y.width / 2 : y.width
      const [from, to] = encoding.x2.field ? [left, right] : [right, left]
      made = bar(from, to, top + offset - height / 2, height, mark.cornerRadiusEnd)
    } else {
      const [start, width] = right === undefined ? [left - x.width / 2, x.width] : [left, right - left]
      made = bar(low, top, start, width, mark.cornerRadiusEnd ?? mark.cornerRadius, true)
    }
    for (const name in fill) made.setAttribute(name, fill[name])
    return made
  }
  if (mark.type === "point") {
    const size = encoding.size ? encoding.size.scale.range[1] * (row[encoding.size.field] / encoding.size.scale.domain[1]) : mark.size
    const made = SHAPES[mark.shape || (encoding.shape ? row[encoding.shape.field] : "circle")](left, top, size)
    made.setAttribute("fill", mark.filled ? stroke.stroke : "var(--st-background-color)")
    if (!mark.filled) for (const name of ["stroke", "stroke-width"]) made.setAttribute(name, stroke[name])
    return made
  }
  const text = row[encoding.text.field]
  if (!text) return null
  const align = worked(mark.align, scope) || "center"
  const made = shape("text", {
    x: left + (mark.dx || 0), y: top + offset + (worked(mark.dy, scope) || 0), dy: mark.baseline === "top" ? "0.8em" : "0.35em",
    "text-anchor": { left: "start", right: "end", center: "middle" }[align], "font-size": mark.fontSize, "font-weight": mark.fontWeight, fill: stroke.stroke,
    ...(mark.stroke ? { stroke: "var(--st-background-color)", "stroke-width": width, "stroke-linejoin": "round" } : {}),
  })
  made.textContent = text
  return made
}

function line(svg, mark, rows, at) {
  let path = ""
  let isOn = false
  for (const row of rows) {
    const [left, top] = [at(row).place("x", "x"), at(row).place("y", "y")]
    if (left === null || top === null) isOn = false
    else {
      path += `${isOn ? "L" : "M"}${left.toFixed(1)} ${top.toFixed(1)}`
      isOn = true
    }
  }
  const { encoding, scope } = at(rows[0])
  svg.append(shape("path", {
    d: path, fill: "none", stroke: colour(encoding.color, rows[0], scope), "stroke-width": mark.strokeWidth, "stroke-linejoin": "round",
    "stroke-dasharray": mark.strokeDash?.length ? mark.strokeDash.join(" ") : undefined,
  }))
}

// What answers to a pointer and to keys: the strip of a row, with its tip, and a link where it leads somewhere. Of a chart's links one is
// in the order of Tab, and the arrows go from one to the next.
function strip(made, row) {
  made.setAttribute("opacity", 0)
  if (!row.href) {
    made.dataset.tip = row.tip || ""
    return made
  }
  const link = shape("a", { href: row.href, class: "row", tabindex: -1, "aria-label": row.tip || row.name })
  link.dataset.tip = row.tip || ""
  link.append(made)
  return link
}

// Columns that show the tips of a line, which by itself is too thin to be met.
function columns(svg, rows, x, room) {
  const spots = rows.map(row => x.find(row.at))
  rows.forEach((row, place) => {
    const from = place ? (spots[place - 1] + spots[place]) / 2 : room.left
    const to = place < rows.length - 1 ? (spots[place] + spots[place + 1]) / 2 : room.right
    svg.append(strip(shape("rect", { x: from, y: room.top, width: Math.max(to - from, 0), height: room.bottom - room.top }), row))
  })
}

// Draws rows by a spec into an svg of the given size: a picture, which says in words what it shows, and over it what answers.
function drawChart(svg, { spec, rows, spoken }, width, height, family) {
  const picture = shape("g", { role: "img", "aria-label": spoken })
  const ways = shape("g", { class: "ways" })
  svg.replaceChildren(picture, ways)
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
  svg.setAttribute("height", height)
  if (!rows.length) return
  const layers = spec.layer
  const [x, y] = [measure(layers, rows, "x"), measure(layers, rows, "y")]
  const [xTexts, yTexts] = [texts(x, family), texts(y, family)]
  const beyond = layers.filter(layer => layer.mark.type === "text" && layer.encoding.x?.value === "width" && layer.mark.align === "left")
  const over = beyond.flatMap(({ mark, encoding }) => rows.map(row => wide(row[encoding.text.field] || "", mark.fontSize, 400, family) + mark.dx))
  const room = {
    left: Math.max(0, ...yTexts.all.map(one => one.width)) + (y.axis ? (y.axis.labelPadding ?? 6) : 0),
    right: width - Math.max(x.axis ? 16 : 1, ...over),
    top: y.kind === "number" ? 8 : 2,
    bottom: height - (x.axis ? x.axis.labelPadding + xTexts.px + 4 : 4),
  }
  lay(x, room.left, room.right)
  if (y.kind === "number") lay(y, room.bottom, room.top)
  else lay(y, room.top, room.bottom)
  axes(picture, x, y, xTexts, yTexts, room)
  const inside = { width: room.right - room.left, height: room.bottom }
  const strips = []
  for (const { mark, encoding } of layers) {
    const at = row => {
      const scope = { ...inside, datum: row, background: "var(--st-background-color)" }
      const scales = { x, y }
      const edges = { x: room.right, y: room.bottom }
      const place = (channel, name, part) => {
        const found = spot(encoding[channel], scales[name], row, scope, edges[name], part)
        const isLeft = name === "x" && encoding[channel] && encoding[channel].value === 0
        return isLeft ? room.left : found
      }
      return { encoding, scope, x, y, place }
    }
    if (mark.type === "line") {
      line(picture, mark, rows, at)
      if (encoding.tooltip) strips.push(() => columns(ways, rows, x, room))
      continue
    }
    const done = new Set()
    for (const row of rows) {
      const made = painted(mark, row, at(row), room)
      if (!made) continue
      const opacity = worked(mark.opacity, at(row).scope)
      const isStrip = encoding.tooltip && mark.type === "bar"
      if (encoding.tooltip && mark.type === "point" && encoding.y.field) {
        const over = strip(made.cloneNode(), row)
        strips.push(() => ways.append(over))
      }
      if (isStrip || (mark.type === "rule" && !encoding.y)) {
        const where = made.getAttribute("d") || made.getAttribute("x1")
        if (done.has(where)) continue // one strip for all parts of a row, one line for all rows
        done.add(where)
      }
      if (isStrip) {
        const over = strip(opacity === undefined ? made.cloneNode() : made, row)
        strips.push(() => ways.append(over))
        if (opacity !== undefined) continue
      }
      if (opacity !== undefined && opacity !== 1) made.setAttribute("opacity", opacity)
      if (opacity !== 0) picture.append(made)
    }
  }
  for (const put of strips) put()
  const links = ways.querySelectorAll("a")
  if (!links.length) return
  links[0].setAttribute("tabindex", 0)
  ways.setAttribute("role", "group")
  ways.setAttribute("aria-label", `${links.length} ways on, by the arrow keys`)
}
