"""What axe-core finds on a page, and what of it is Streamlit's own."""

import json

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Rule of axe, and what the selector of the element must hold: why it stays. All else that is serious or critical fails a test.
STREAMLITS_OWN = {
    ("color-contrast", 'button[data-selected="true"]'): "the chosen part of st.segmented_control, in dark: the primary colour on a tint of itself, 3.6 of 4.5",
}
GRAVE = ("serious", "critical")
OURS = ("heading-order",)  # less grave, and ours to hold
SIZES = ((1280, 720), (390, 844))
# Cards far off the screen have no layout until they come near, and what has none is not looked at.
LAY_OUT_ALL = """() => {
  const walk = root => root.querySelectorAll("*").forEach(one => {
    if (one.shadowRoot) walk(one.shadowRoot)
    if (one.matches(".card")) one.style.contentVisibility = "visible"
  })
  walk(document)
}"""
RUN = "async options => (await axe.run(document, options)).violations"
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def grave_findings(page: Page) -> list[str]:
    """Serious and critical findings that are not Streamlit's own, light and dark, on a screen and on a phone. The page is left light and large."""
    page.evaluate(AXE_SCRIPT)
    found: set[str] = set()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(TWO_FRAMES)
            page.evaluate(LAY_OUT_ALL)
            # What has nothing to do with colours is the same in light and in dark.
            everything = (scheme == "light") == (width == SIZES[0][0])
            options = {"resultTypes": ["violations"], "preload": False} | ({} if everything else {"runOnly": ["color-contrast"]})
            found |= {f"{scheme}, {width} wide: {one}" for one in _grave(page.evaluate(RUN, options))}
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[0], strict=True)))
    page.emulate_media(color_scheme="light")
    return sorted(found)


def _grave(violations: list[dict]) -> list[str]:
    held = [rule for rule in violations if rule["impact"] in GRAVE or rule["id"] in OURS]
    nodes = [(rule["id"], json.dumps(node["target"]).replace('\\"', '"'), node) for rule in held for node in rule["nodes"]]
    return [
        f"{rule} at {where}: {node['html'][:200]}. {node['failureSummary'][:300]}"
        for rule, where, node in nodes
        if not any(rule == known and part in where for known, part in STREAMLITS_OWN)
    ]
