// The page's head and its filters. What is chosen stands in the address and nowhere else: a choice is written there, and the page follows.
const known = new WeakMap()
const NAVIGATION = 'a[data-testid*="Nav"][data-testid$="Link"]' // Streamlit's own ways from page to page
const CROSS = "M4 4l8 8M12 4l-8 8"
const SLIDERS = "M2 4.5h7M13 4.5h1M11 2.5v4M2 11.5h2M8 11.5h6M6 9.5v4"
let carried = null // what those ways carry on to a page, as the end of its address

// Streamlit fades what is old, each element by itself, for which the browser paints all of them anew at every click. Here it stays as it is, and is
// dimmed at once where a run takes long.
const LONG_MS = 500
const site = document.querySelector('[data-testid="stApp"]')
document.head.append(el("style", "", '[data-stale="true"] { opacity: 1 !important; transition: none !important } .late [data-stale="true"] { opacity: 0.33 !important }'))
let late = 0
new MutationObserver(() => {
  clearTimeout(late)
  site.classList.remove("late")
  if (site.dataset.testScriptState === "running") late = setTimeout(() => site.classList.add("late"), LONG_MS)
}).observe(site, { attributeFilter: ["data-test-script-state"] })

const asked = () => new URLSearchParams(location.search)
const addressOf = (path, search) => path + (search && `?${search}`)

// Puts other choices into the address; every other part of it stays as it is.
function choose(change) {
  const params = asked()
  change(params)
  follow(addressOf(location.pathname, params.toString()), "replaceState")
}

const put = (params, key, values) => {
  params.delete(key)
  for (const value of values) params.append(key, value)
}

// Streamlit leaves out of an address what it does not know, and puts it into the browser's history twice; so these are followed as all ways are.
document.addEventListener("click", event => {
  const link = event.composedPath().find(one => one.matches?.(NAVIGATION))
  if (!link || !carried || !isPlain(event)) return
  const { pathname } = new URL(link.href)
  const name = pathname.split("/").pop()
  const search = carried.unfiltered.includes(name) ? "" : name ? carried.filters : carried.first
  event.preventDefault()
  event.stopImmediatePropagation()
  follow(addressOf(pathname, search))
  if (link.closest('[data-testid="stSidebar"]')) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click()
}, true)

// A button that says what it does; `hint` says more.
function act(text, hint, path, press) {
  const made = signButton("act", hint, path, press)
  made.append(text)
  made.removeAttribute("aria-label")
  return made
}

// --- one filter: a field that is typed into, and the list of its values below it ------------------------
class Filter {
  constructor(key, options, none) {
    Object.assign(this, { key, options, none, name: key[0].toUpperCase() + key.slice(1), at: -1 })
    this.box = el("div", "field")
    this.chip = el("span", "chip")
    this.chip.id = `chosen-${key}`
    this.input = el("input")
    this.list = el("div", "list")
    this.list.id = `list-${key}`
    this.list.popover = "manual"
    this.list.setAttribute("role", "listbox")
    this.list.setAttribute("aria-multiselectable", true)
    this.list.setAttribute("aria-label", this.name)
    const said = { role: "combobox", "aria-label": this.name, "aria-autocomplete": "list", "aria-controls": this.list.id, "aria-describedby": this.chip.id, "aria-expanded": false }
    for (const one in said) this.input.setAttribute(one, said[one])
    Object.assign(this.input, { autocomplete: "off", spellcheck: false, placeholder: this.name })
    this.clear = signButton("clear", `Clear ${this.name}`, CROSS, () => {
      this.keep([])
      this.input.focus()
    })
    this.box.append(this.chip, this.input, this.clear, this.list)
    this.box.onclick = event => event.target === this.box || event.target === this.chip ? this.input.focus() || this.open() : null
    this.input.onclick = () => this.open()
    this.input.oninput = () => this.open()
    this.input.onkeydown = event => this.press(event)
    this.input.onblur = () => this.close()
    this.list.onpointerdown = event => event.preventDefault() // the field keeps the focus
    this.list.onclick = event => event.target.role === "option" && this.toggle(event.target)
  }

  get isOpen() {
    return this.input.getAttribute("aria-expanded") === "true"
  }

  chosen() {
    return asked().getAll(this.key).filter(value => this.options.includes(value))
  }

  called(value) {
    return value === this.none ? `No ${this.key}` : value
  }

  keep(values) {
    this.input.value = ""
    choose(params => put(params, this.key, values))
  }

  toggle(option) {
    const values = this.chosen()
    this.keep(values.includes(option.value) ? values.filter(value => value !== option.value) : [...values, option.value])
  }

  show() {
    const values = this.chosen()
    this.box.classList.toggle("used", values.length > 0)
    this.chip.textContent = values.map(value => this.called(value)).join(", ")
    this.box.title = this.chip.textContent
    this.chip.dataset.more = values.length > 1 ? values.length : ""
    this.input.placeholder = values.length ? "" : this.name
    if (this.isOpen) this.open()
  }

  open() {
    const values = this.chosen()
    const typed = this.input.value.trim().toLowerCase()
    const found = this.options.filter(value => this.called(value).toLowerCase().includes(typed))
    this.list.replaceChildren(...found.map((value, place) => {
      const option = el("div", "", this.called(value))
      Object.assign(option, { value, role: "option", id: `${this.list.id}-${place}` })
      option.setAttribute("aria-selected", values.includes(value))
      return option
    }))
    if (!found.length) this.list.append(el("p", "", `No ${this.key} is called so.`))
    if (!this.isOpen) {
      this.input.setAttribute("aria-expanded", true)
      this.list.showPopover()
      this.at = -1
      this.place()
    }
    this.mark(Math.min(typed ? Math.max(this.at, 0) : this.at, found.length - 1))
  }

  // Below its field, or above it where there is more room.
  place() {
    const at = this.box.getBoundingClientRect()
    const below = innerHeight - at.bottom - 12
    const isAbove = below < 180 && at.top > below
    const width = Math.min(Math.max(at.width, 200), innerWidth - 16)
    Object.assign(this.list.style, {
      width: `${width}px`, maxHeight: `${Math.min(340, isAbove ? at.top - 12 : below)}px`, left: `${Math.min(at.left, innerWidth - width - 8)}px`,
      top: isAbove ? "auto" : `${at.bottom + 4}px`, bottom: isAbove ? `${innerHeight - at.top + 4}px` : "auto",
    })
  }

  close() {
    if (!this.isOpen) return
    this.input.setAttribute("aria-expanded", false)
    this.input.removeAttribute("aria-activedescendant")
    this.input.value = ""
    this.list.hidePopover()
    this.list.replaceChildren()
  }

  get rows() {
    return this.list.querySelectorAll('[role="option"]')
  }

  mark(place) {
    const options = this.rows
    options[this.at]?.classList.remove("at")
    this.at = place
    if (!options[place]) return this.input.removeAttribute("aria-activedescendant")
    options[place].classList.add("at")
    options[place].scrollIntoView({ block: "nearest" })
    this.input.setAttribute("aria-activedescendant", options[place].id)
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      if (!this.isOpen) this.open()
      const count = this.rows.length
      if (count) this.mark(this.at < 0 ? (step > 0 ? 0 : count - 1) : (this.at + step + count) % count)
    } else if (event.key === "Enter") {
      event.preventDefault()
      if (!this.isOpen) this.open()
      else if (this.rows[this.at]) this.toggle(this.rows[this.at])
    } else if (event.key === "Escape" && this.isOpen) {
      event.stopPropagation()
      this.close()
    } else if (event.key === "Backspace" && !this.input.value) this.keep(this.chosen().slice(0, -1))
  }
}

// --- the period ----------------------------------------------------------------------------------------
function periods(data) {
  const [first, start, last] = data.days
  const select = el("select")
  select.setAttribute("aria-label", "Period")
  select.append(...data.periods.map(name => Object.assign(el("option", "", name), { value: name })))
  const days = ["First day", "Last day"].map(name => {
    const made = Object.assign(el("input", "day"), { type: "date", min: first, max: last })
    made.setAttribute("aria-label", name)
    return made
  })
  const keep = () => days.every(one => one.value && one.validity.valid) && choose(params => put(params, "days", days.map(one => one.value)))
  for (const one of days) one.onchange = keep
  select.onchange = () => choose(params => {
    put(params, "period", select.value === data.usual ? [] : [select.value])
    params.delete("days")
  })
  const show = () => {
    const params = asked()
    select.value = data.periods.includes(params.get("period")) ? params.get("period") : data.usual
    const given = params.getAll("days").map(day => (day < first ? first : day > last ? last : day)).sort()
    const shown = given.length === 2 ? given : [start, last]
    days.forEach((one, place) => {
      one.hidden = select.value !== data.custom
      if (one.value !== shown[place] && one.getRootNode().activeElement !== one) one.value = shown[place]
    })
  }
  return { boxes: [select, ...days], show }
}

// --- in whose words ------------------------------------------------------------------------------------
function dialects(box, data) {
  const name = "In the words of"
  const ways = data.words.map(word => {
    const made = Object.assign(el("input"), { type: "radio", name: "words", value: word })
    made.onchange = () => choose(params => put(params, data.words_key, word === data.usual_words ? [] : [word]))
    return made
  })
  box.title = "Changes titles and groups, and no number."
  box.replaceChildren(el("legend", "", name), ...ways.map(way => {
    const made = el("label", "word")
    made.append(way, way.value)
    return made
  }))
  return () => {
    const word = asked().get(data.words_key)
    for (const way of ways) way.checked = way.value === (data.words.includes(word) ? word : data.usual_words)
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".bar")
  paint(root)
  carried = data.carried
  if (!data.title) return
  if (!known.has(root)) {
    const mine = { show: () => {}, place: () => {} }
    known.set(root, mine)
    mine.moved = () => mine.place()
    mine.chosen = () => mine.show()
    addEventListener("popstate", mine.chosen)
    addEventListener("scroll", mine.moved, true)
    addEventListener("resize", mine.moved)
  }
  const mine = known.get(root)
  root.querySelector("h2").textContent = data.title
  root.querySelector(".line").textContent = data.line
  root.querySelector(".note").textContent = data.note
  const drawn = JSON.stringify([data.periods, data.days, data.filters, data.more, data.words, data.usual_words])
  if (mine.drawn !== drawn) {
    mine.drawn = drawn
    const before = mine.filters || []
    const time = periods(data)
    mine.filters = data.filters.map(([key, options]) => {
      const there = before.find(one => one.key === key)
      return there ? Object.assign(there, { options }) : new Filter(key, options, data.none)
    })
    const keys = ["period", "days", ...data.keys]
    const reset = act("Reset", data.reset, CROSS, () => choose(params => keys.forEach(key => params.delete(key))))
    const words = root.querySelector(".words")
    words.hidden = !data.words.length
    const showWords = dialects(words, data)
    mine.show = () => {
      time.show()
      showWords()
      for (const one of mine.filters) one.show()
      reset.hidden = !keys.some(key => asked().has(key))
    }
    mine.place = () => mine.filters.forEach(one => one.isOpen && one.place())
    const more = data.more ? [act("More", data.more, SLIDERS, () => setTriggerValue("more", true))] : []
    const boxes = [...time.boxes, ...mine.filters.map(one => one.box), ...more, reset]
    const row = root.querySelector(".filters")
    if (before.length) row.replaceChildren(...boxes)
    else row.append(...boxes)
  }
  mine.show()
  return () => {
    removeEventListener("popstate", mine.chosen)
    removeEventListener("scroll", mine.moved, true)
    removeEventListener("resize", mine.moved)
    known.delete(root)
  }
}
