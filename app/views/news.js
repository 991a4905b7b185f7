// Asks the server now and then whether anything is newer than this page, and has the page drawn again if so.
const EVERY_MS = 1500 // what somebody else writes is to be seen within three seconds
const watches = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  watches.get(parentElement)?.()
  let known = data.shown
  const ends = Date.now() + 1000 * (data.ends_in_s ?? Infinity)
  let timer = setTimeout(look, EVERY_MS)

  async function look() {
    if (!document.hidden) {
      const answer = await fetch(data.address, { cache: "no-store" }).catch(() => null)
      const now = answer?.ok ? await answer.text() : known
      if (timer && (now !== known || Date.now() > ends)) setTriggerValue("newer", (known = now))
    }
    if (timer) timer = setTimeout(look, EVERY_MS)
  }

  const stop = () => (timer = void clearTimeout(timer))
  watches.set(parentElement, stop)
  return stop
}
