// Notes when the page last changed: in its main block, inside the roots of components, and on canvases. Times are the browser's own.
;(() => {
  const seen = { last: 0, clicked: 0, finished: 0, count: 0 }
  window.__seen = seen
  const note = () => {
    seen.last = performance.now()
    seen.count += 1
  }
  const main = node => (node.nodeType === 1 ? node : node.parentElement)?.closest?.('[data-testid="stMain"]')
  const inMain = node => {
    for (let at = node; at; at = at.getRootNode?.()?.host) if (main(at)) return true
    return false
  }
  const observe = root =>
    new MutationObserver(changes => changes.some(change => inMain(change.target)) && note()).observe(root, {
      subtree: true, childList: true, attributes: true, characterData: true,
    })
  const attach = Element.prototype.attachShadow
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options)
    observe(root)
    return root
  }
  for (const name of ["fillRect", "clearRect", "fillText", "stroke", "fill", "drawImage"]) {
    const draw = CanvasRenderingContext2D.prototype[name]
    CanvasRenderingContext2D.prototype[name] = function (...args) {
      if (this.canvas.isConnected && inMain(this.canvas)) note()
      return draw.apply(this, args)
    }
  }
  observe(document)
  // The server says when a run has ended (ForwardMsg.script_finished, field 6); a fragment's own run, as of the site's watch, ends with 3.
  const SCRIPT_FINISHED = 6, OF_FRAGMENT = 3
  const listen = bytes => {
    let at = 0
    const number = () => {
      for (let value = 0, shift = 1; ; shift *= 128) {
        const byte = bytes[at++]
        value += (byte & 127) * shift
        if (byte < 128) return value
      }
    }
    while (at < bytes.length) {
      const tag = number(), value = number()
      if (tag % 8 === 2) at += value
      else if (tag === SCRIPT_FINISHED * 8 && value !== OF_FRAGMENT) seen.finished = performance.now()
    }
  }
  const Socket = window.WebSocket
  window.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args)
      this.addEventListener("message", event => event.data instanceof ArrayBuffer && listen(new Uint8Array(event.data)))
    }
  }
  document.addEventListener("click", () => (seen.clicked = performance.now()), true)
  // Whether all is drawn: a run has ended since the click, no grey stand-in is left, and nothing moved for a while.
  window.__isDrawn = quietMs =>
    seen.finished > seen.clicked && seen.last > 0 && performance.now() - seen.last > quietMs &&
    document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning" &&
    !document.querySelector('[data-testid="stSkeleton"]')
})()
