"""Draw the app's icons anew from icon.svg: python tests/icons.py."""

import io
from pathlib import Path

from browsers import chromium
from PIL import Image

STATIC = Path(__file__).parents[1] / "alert_broker" / "static"
GROUND = "#1c2b4a"
COLOURS = 64
ICONS = {
    "icon-192": (192, 0, "transparent"),
    "icon-512": (512, 0, "transparent"),
    # Phones cut this one to their own shape: a fifth of it may be lost.
    "icon-maskable": (512, 64, GROUND),
}


def main() -> None:
    """Write a PNG for each."""
    svg = (STATIC / "icon.svg").read_text().replace("<svg ", '<svg width="100%" height="100%" ', 1)
    with chromium() as browser:
        for name, (size, margin, ground) in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f'<body style="margin:0;background:{ground}">'
                f'<div style="padding:{margin}px;height:{size - 2 * margin}px">{svg}</div>'
            )
            drawn = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
            few = drawn.convert("RGBA").quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
            few.save(STATIC / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
