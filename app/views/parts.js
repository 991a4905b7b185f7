// What the page's own elements are made of; it stands before each of their scripts. ROLES comes from app/charts/theme.py.
export function follow(href, how = "pushState") {
  history[how]({}, "", new URL(href, location.href))
  dispatchEvent(new PopStateEvent("popstate", { state: {} }))
}

function el(tag, cls, text) {
  const made = document.createElement(tag)
  if (cls) made.className = cls
  if (text !== undefined) made.textContent = text
  return made
}

const SVG = "http://www.w3.org/2000/svg"

function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag)
  for (const name in attributes) if (attributes[name] !== undefined) made.setAttribute(name, attributes[name])
  return made
}

// The theme's chart colours under the names of their roles.
function paint(root) {
  const colours = getComputedStyle(root).getPropertyValue("--st-chart-categorical-colors").split(",")
  ROLES.forEach((role, place) => root.style.setProperty("--" + role, (colours[place] || "currentColor").trim()))
}

// A button that is a sign of 16 by 16; `name` is what it does.
function signButton(cls, name, path, press) {
  const made = el("button", cls)
  const drawn = shape("svg", { viewBox: "0 0 16 16", "aria-hidden": true })
  drawn.append(shape("path", { d: path, fill: "none", stroke: "currentColor", "stroke-width": 1.3 }))
  made.append(drawn)
  made.type = "button"
  made.title = name
  made.setAttribute("aria-label", name)
  made.onclick = press
  return made
}

// A plain click is followed without a reload; a new tab or window is the browser's business.
const isPlain = event => !(event.ctrlKey || event.metaKey || event.shiftKey)

function way(cls, text, href) {
  const made = el("a", cls, text)
  made.href = href
  made.onclick = event => {
    if (!isPlain(event)) return
    event.preventDefault()
    follow(href)
  }
  return made
}
