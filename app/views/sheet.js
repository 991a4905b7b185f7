// Cards: text, charts and tables, one element for many of them. Text goes in as text, never as markup.
const kept = new WeakMap()
const PADDING_EM = 0.95 // of a card, at its sides
const PARTS = /:(green|red)\[((?:\\.|[^\]])*)\]|\*\*((?:\\.|[^*])+)\*\*|\\(.)/g
const TONES = { green: "good", red: "bad" }
const bare = text => text.replace(/\\(.)/g, "$1")

// The little Markdown that cards speak: bold, green, red, and a backslash before what is to stand as it is.
function runs(box, text) {
  let end = 0
  for (const found of text.matchAll(PARTS)) {
    box.append(text.slice(end, found.index))
    end = found.index + found[0].length
    const [, tone, toned, bold, plain] = found
    if (plain !== undefined) box.append(plain)
    else box.append(el(tone ? "span" : "b", tone ? TONES[tone] : "", bare(toned ?? bold)))
  }
  box.append(text.slice(end))
  return box
}

// Signs of our own, as not every machine's fonts have such.
const SIGNS = {
  data: "M2 3h12v10H2zM2 6.5h12M6.5 3v10",
  csv: "M8 2v8.5M4.5 7 8 10.5 11.5 7M3 13.5h10",
  png: "M2 3h12v10H2zM4 11l3-4 2 2.5L10.5 8l2 3",
  full: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
}

const button = (name, sign, press) => signButton("tool", name, SIGNS[sign], press)

function save(name, type, content) {
  const link = el("a")
  link.href = typeof content === "string" && content.startsWith("data:") ? content : URL.createObjectURL(new Blob([content], { type }))
  link.download = name
  link.click()
}

const fileName = text => `accord-${text.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 60)}`
const quoted = cell => `"${(/^[=+\-@\t\r]/.test(cell) && isNaN(cell) ? "'" : "") + cell.replaceAll('"', '""')}"`
const saveCsv = (name, lines) => save(`${fileName(name)}.csv`, "text/csv", "\ufeff" + lines.map(cells => cells.map(cell => quoted(String(cell ?? ""))).join(",")).join("\r\n"))

// --- charts ------------------------------------------------------------------------------------------
function savePicture(svg, name) {
  const look = getComputedStyle(svg)
  const copy = svg.cloneNode(true)
  const [width, height] = [svg.clientWidth, svg.clientHeight]
  copy.setAttribute("xmlns", SVG)
  copy.setAttribute("width", width)
  copy.setAttribute("font-family", look.fontFamily)
  copy.querySelector(".ways").remove()
  const text = new XMLSerializer().serializeToString(copy).replace(/var\((--[\w-]+)\)/g, (_, name) => look.getPropertyValue(name).trim())
  const image = new Image()
  image.onload = () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: width * 2, height: height * 2 })
    const pen = canvas.getContext("2d")
    pen.fillStyle = look.getPropertyValue("--st-background-color")
    pen.fillRect(0, 0, width * 2, height * 2)
    pen.drawImage(image, 0, 0, width * 2, height * 2)
    save(`${fileName(name)}.png`, "image/png", canvas.toDataURL("image/png"))
  }
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`
}

// What a chart's rows say, under the names people use.
const FIELDS = {
  name: "Name", key: "Of", value: "Value", amount: "Amount", low: "Low", high: "High", target: "Target", promised: "Promised", answers: "Answers", expected: "Expected",
  label: "Shown as", note: "Note", tip: "In words",
}

function figures(part) {
  const names = Object.keys(FIELDS).filter(name => part.rows.some(row => row[name] || row[name] === 0) && !(name === "key" && part.rows[0].name))
  return [names.map(name => FIELDS[name]), ...part.rows.map(row => names.map(name => row[name]))]
}

function plainTable(lines, name) {
  const box = el("div", "scroller")
  box.tabIndex = 0
  box.setAttribute("role", "region")
  box.setAttribute("aria-label", `Data of ${name}`)
  const table = el("table", "plain")
  for (const [place, cells] of lines.entries()) {
    const row = el("tr")
    row.append(...cells.map(cell => el(place ? "td" : "th", typeof cell === "number" ? "number" : "", String(cell ?? "–"))))
    table.append(row)
  }
  box.append(table)
  return box
}

function chart(part, specs, tools) {
  const box = el("figure", "chart")
  const svg = shape("svg", { class: "drawing", role: "none" })
  box.setAttribute("role", "group")
  box.setAttribute("aria-label", part.alt)
  const given = { spec: specs[part.spec], rows: part.rows, spoken: part.spoken }
  // As wide as its card is inside: asking the chart itself would have the browser lay out what nobody sees yet.
  box.fit = () => {
    if (box.matches(":fullscreen")) return [box.clientWidth - 80, innerHeight - 80]
    if (box.closest(".fills")) return [box.clientWidth, box.clientHeight]
    const card = box.parentElement.matches(".card") ? box.parentElement : null
    return [card ? card.clientWidth - 2 * tools.padding : box.clientWidth, part.height]
  }
  box.redraw = ([wide, tall]) => {
    if (!wide || (wide === box.wide && tall === box.tall)) return
    Object.assign(box, { wide, tall })
    drawChart(svg, given, wide, tall, tools.family)
  }
  box.onfullscreenchange = () => redraw([box])
  box.style.setProperty("--least", `${part.height}px`)
  const bar = el("div", "tools")
  let data = null
  bar.append(
    button(`Show data: ${part.alt}`, "data", event => {
      data ? data.remove() : box.append((data = plainTable(figures(part), part.alt)))
      if (!data.isConnected) data = null
      event.currentTarget.setAttribute("aria-pressed", Boolean(data))
      svg.style.display = data ? "none" : ""
    }),
    button(`Save as CSV: ${part.alt}`, "csv", () => saveCsv(part.alt, figures(part))),
    button(`Save as PNG: ${part.alt}`, "png", () => savePicture(svg, part.alt)),
    button(`Fullscreen: ${part.alt}`, "full", () => (document.fullscreenElement ? document.exitFullscreen() : box.requestFullscreen())),
  )
  box.append(bar, svg)
  return box
}

// All are measured before the first is drawn: each drawing between would have the browser lay the page out anew.
function redraw(charts) {
  const sizes = charts.map(one => one.fit())
  charts.forEach((one, place) => one.redraw(sizes[place]))
}

// --- tables ------------------------------------------------------------------------------------------
const textOf = cell => (cell === null ? "–" : typeof cell === "object" ? cell[0] : cell)
const valueOf = cell => (cell !== null && typeof cell === "object" ? cell[1] : cell)

function cellOf(cell, column) {
  const made = el("td", column.kind, textOf(cell))
  if (cell === null) made.classList.add("none")
  if (column.side) made.style.setProperty("--bar", `var(--${column.side})`)
  if (column.most && cell) made.style.background = `linear-gradient(90deg, var(--bar) ${(100 * cell[1]) / column.most}%, var(--st-secondary-background-color) 0) no-repeat 8px 50% / 45% 6px`
  return made
}

const HEAD_PX = 34
const ROW_PX = 31
const BELOW = 8 // rows that are made beyond those in sight
const MEASURED = 30 // of a column's texts

// The text that takes the most room, which is one of those with the most letters.
function widest(texts, family) {
  const most = texts.sort((a, b) => b.length - a.length).slice(0, MEASURED)
  const widths = most.map(text => wide(text, 13, 400, family))
  return most[widths.indexOf(Math.max(...widths))]
}

// A table is made of the rows in sight. The rest comes when a pointer, the keyboard, a print or a search nears it; the columns are wide enough for all.
function table(part, tools) {
  const box = el("div", "table")
  const scroller = el("div", "scroller")
  scroller.style.maxHeight = `${HEAD_PX + ROW_PX * part.seen + 2}px`
  scroller.tabIndex = 0
  scroller.setAttribute("role", "region")
  scroller.setAttribute("aria-label", part.alt)
  const made = el("table", part.columns.length < 5 ? "few" : "")
  made.setAttribute("aria-rowcount", part.rows.length + 1)
  const head = el("tr")
  const body = el("tbody")
  const order = part.rows.map((_, place) => place)
  const lines = []
  const line = place => {
    const end = part.ends?.[place] ?? null
    const row = el("tr", end === null ? "" : "leads")
    row.append(...part.rows[place].map((cell, number) => cellOf(cell, part.columns[number])))
    if (end !== null) {
      const first = row.firstChild
      const href = part.start + end
      first.replaceChildren(way("", first.textContent, href))
      row.onclick = event => event.target.closest("a") || getSelection().toString() || follow(href)
    }
    return row
  }
  let places = order
  const add = (from, to) => body.append(...places.slice(from, to).map(place => (lines[place] ||= line(place))))
  const few = part.seen + BELOW
  const raw = (place, number) => valueOf(part.rows[place][number])
  let sorted = [-1, 1]
  part.columns.forEach((column, number) => {
    const cell = el("th", column.kind)
    cell.scope = "col"
    if (part.rows.length > few) cell.dataset.widest = widest(part.rows.map(cells => textOf(cells[number])), tools.family)
    const sort = el("button", "sort", column.label)
    sort.type = "button"
    sort.onclick = () => {
      sorted = sorted[0] === number && sorted[1] === 1 ? [number, -1] : sorted[0] === number ? [-1, 1] : [number, 1]
      const [by, way] = sorted
      places = by < 0 ? order : [...order].sort((a, b) => compared(raw(a, by), raw(b, by), way))
      body.replaceChildren()
      add(0)
      ;[...head.children].forEach((one, place) => one.setAttribute("aria-sort", place !== by ? "none" : way > 0 ? "ascending" : "descending"))
    }
    cell.append(sort)
    head.append(cell)
  })
  add(0, few)
  box.whole = () => add(body.children.length)
  box.onpointerenter = box.onfullscreenchange = scroller.onscroll = box.whole
  box.addEventListener("focusin", box.whole)
  const top = el("thead")
  top.append(head)
  made.append(top, body)
  scroller.append(made)
  const bar = el("div", "tools")
  bar.append(
    button(`Save as CSV: ${part.alt}`, "csv", () => saveCsv(part.alt, [part.columns.map(column => column.label), ...part.rows.map(cells => cells.map(valueOf))])),
    button(`Fullscreen: ${part.alt}`, "full", () => (document.fullscreenElement ? document.exitFullscreen() : box.requestFullscreen())),
  )
  box.append(bar, scroller)
  return box
}

// Whether somebody prints, or calls the browser's search by its keys.
const isLookingForAll = event => event.type === "beforeprint" || event.key === "F3" || ((event.ctrlKey || event.metaKey) && /^f$/i.test(event.key))

// What is unknown comes last, whichever way.
function compared(one, other, way) {
  if (one === null || other === null) return (one === null) - (other === null)
  return way * (typeof one === "number" ? one - other : String(one).localeCompare(String(other)))
}

// --- cards -------------------------------------------------------------------------------------------
function picks(part, tools) {
  const box = el("div", "picks")
  for (const { key, label, options, chosen, usual } of part.picks) {
    const select = el("select")
    select.setAttribute("aria-label", label)
    select.append(...options.map(name => Object.assign(el("option", "", name), { value: name, selected: name === chosen })))
    select.onchange = () => tools.pick(key, select.value === usual ? null : select.value)
    box.append(select)
  }
  return box
}

const MAKERS = {
  say: part => runs(el("p", "say"), part.text),
  caption: part => runs(el("p", "caption"), part.text),
  head: part => runs(el("h3", "head"), part.text),
  figure: part => el("h2", "figure", part.text),
  link: part => way("link", part.text, part.href),
  picks,
  chart: (part, tools) => chart(part, tools.specs, tools),
  table,
  lanes: (part, tools) => {
    const box = el("div", "lanes")
    box.append(...part.lanes.map(parts => {
      const lane = el("div", "lane")
      lane.append(...parts.map(one => MAKERS[one.kind](one, tools)))
      return lane
    }))
    return box
  },
}

function draw(card, tools) {
  const box = el(card.title ? "article" : "div", card.framed ? "card" : "bare")
  if (card.title) {
    const head = el("div", "top")
    head.append(el(`h${card.level}`, "title", card.title))
    const [first, ...rest] = card.parts
    const isBeside = first?.kind === "picks" && first.beside
    if (isBeside) head.append(picks(first, tools))
    const define = way("define", "i", card.definition)
    define.title = card.says
    define.setAttribute("aria-label", `What ${card.title} means`)
    head.append(define)
    box.append(head, ...(isBeside ? rest : card.parts).map(part => MAKERS[part.kind](part, tools)))
  } else box.append(...card.parts.map(part => MAKERS[part.kind](part, tools)))
  return box
}

// A popover, as it must also be seen over a chart that fills the screen.
function hints(root) {
  const hint = el("div", "hint")
  let room = null
  hint.popover = "manual"
  root.parentElement.append(hint)
  const show = target => {
    const text = target.closest("[data-tip]")?.dataset.tip
    hint.togglePopover(Boolean(text))
    hint.textContent = text || ""
    room = hint.getBoundingClientRect()
    return text
  }
  const place = (x, y) => {
    hint.style.left = `${Math.max(Math.min(x + 14, innerWidth - room.width - 12), 8)}px`
    hint.style.top = `${Math.min(y + 16, innerHeight - room.height - 8)}px`
  }
  const hide = () => hint.togglePopover(false)
  root.onpointerover = event => show(event.target)
  root.onpointermove = event => room && place(event.clientX, event.clientY)
  root.onpointerleave = hide
  root.addEventListener("focusin", event => {
    if (!event.target.matches("a.row:focus-visible") || !show(event.target)) return
    const at = event.target.getBoundingClientRect()
    place(at.left + at.width / 2, at.bottom - 8)
  })
  root.addEventListener("focusout", hide)
  root.addEventListener("keydown", event => event.key === "Escape" && hide())
}

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }

// The arrows, Home and End go through the rows of a chart.
function walk(event) {
  const row = event.target.closest("a.row")
  if (!row || !(event.key in STEPS || event.key === "Home" || event.key === "End")) return
  event.preventDefault()
  const all = [...row.parentElement.querySelectorAll("a.row")]
  const next = event.key === "Home" ? all[0] : event.key === "End" ? all.at(-1) : all[all.indexOf(row) + STEPS[event.key]]
  if (!next) return
  row.setAttribute("tabindex", -1)
  next.setAttribute("tabindex", 0)
  next.focus({ focusVisible: true })
}

// As many children as there are parts, each as `put` leaves it.
function fit(box, parts, put) {
  parts.forEach(put)
  while (box.children.length > parts.length) box.lastChild.remove()
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".sheet")
  paint(root.parentElement)
  if (!kept.has(root)) {
    const mine = { cards: [], family: getComputedStyle(root).fontFamily }
    mine.observer = new ResizeObserver(() => redraw([...root.querySelectorAll(".chart")]))
    mine.observer.observe(root)
    hints(root)
    root.addEventListener("keydown", walk)
    // A plain click on a chart's row is followed as every other way is; a new tab is the browser's business.
    root.onclick = event => {
      const row = event.target.closest("a.row")
      if (!row || !isPlain(event)) return
      event.preventDefault()
      follow(row.getAttribute("href"))
    }
    mine.whole = event => isLookingForAll(event) && root.querySelectorAll(".table").forEach(one => one.whole())
    for (const name of ["beforeprint", "keydown"]) addEventListener(name, mine.whole)
    kept.set(root, mine)
  }
  const mine = kept.get(root)
  const [shared, ...lines] = new TextDecoder().decode(data).split("\n")
  const { rows, specs } = JSON.parse(shared)
  const tools = { specs, family: mine.family, padding: PADDING_EM * parseFloat(getComputedStyle(root).fontSize), pick: (key, value) => setTriggerValue("pick", { key, value }) }
  const fresh = []
  fit(root, rows, (row, place) => {
    const box = root.children[place] || root.appendChild(el("section"))
    const said = (mine.cards[place] ||= [])
    box.className = `cards ${row.layout}`
    fit(box, lines.splice(0, row.cards), (line, number) => {
      if (said[number] === line) return
      said[number] = line
      const made = draw(JSON.parse(line), tools)
      if (box.children[number]) box.children[number].replaceWith(made)
      else box.append(made)
      fresh.push(made)
    })
    said.length = row.cards
  })
  mine.cards.length = rows.length
  redraw(fresh.flatMap(box => [...box.querySelectorAll(".chart")]))
  return () => {
    mine.observer.disconnect()
    for (const name of ["beforeprint", "keydown"]) removeEventListener(name, mine.whole)
    kept.delete(root)
  }
}
