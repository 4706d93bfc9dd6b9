#!/usr/bin/env python3
"""Draws the first cycles of a trace as an SVG timeline, a row per unit:

    approxtlm run --images 1 --activity off --technology none --trace perfetto:trace.json
    docs/images/timeline.py trace.json 1600 > docs/images/timeline.svg
"""
import json
import sys

LEFT, WIDTH, ROW, BAR, TOP = 130, 900, 30, 18, 12
COLOURS = {"busy": "#0b6e63", "stall": "#c2761b"}
ROWS = ["sequencer", "dma descriptor", "dma weights", "dma activations", "weight shift", "pe array", "correction",
        "vector unit", "dma store"]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        events = json.load(file)["traceEvents"]
    last = int(sys.argv[2])
    names = {e["tid"]: e["args"]["name"] for e in events
             if e["ph"] == "M" and e["name"] == "thread_name" and e["pid"] == 1}
    height = TOP + ROW * len(ROWS) + 34

    def at(cycle):
        return LEFT + WIDTH * cycle / last

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} {height}" '
           'font-family="system-ui,sans-serif" font-size="12">',
           f'<rect width="100%" height="100%" fill="#fff"/>']
    step = max(1, last // 8 // 100) * 100
    for cycle in range(0, last + 1, step):
        out.append(f'<path d="M{at(cycle):.1f} {TOP}V{height - 30}" stroke="#ddd"/>'
                   f'<text x="{at(cycle):.1f}" y="{height - 14}" text-anchor="middle" fill="#555">{cycle}</text>')
    for row, name in enumerate(ROWS):
        out.append(f'<text x="{LEFT - 10}" y="{TOP + ROW * row + 19}" text-anchor="end">{name}</text>')
    for event in events:
        if event["ph"] != "X" or event["pid"] != 1:
            continue
        begin, end = round(1000 * event["ts"]), round(1000 * (event["ts"] + event["dur"]))
        if begin >= last:
            continue
        x, y = at(begin), TOP + ROW * ROWS.index(names[event["tid"]]) + 6
        width = max(at(min(end, last)) - x, 0.8)
        out.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2" stroke="#fff" stroke-width=".6" '
                   f'fill="{COLOURS[event["cat"]]}" opacity="{1 - 0.3 * (event["args"]["layer"] % 2)}">'
                   f'<title>{event["name"]}: {begin} to {end}</title></rect>')
        if width > 7 * len(event["name"]) + 6:
            out.append(f'<text x="{x + 5:.1f}" y="{y + 13}" fill="#fff" font-size="11">{event["name"]}</text>')
    out.append("</svg>")
    print("\n".join(out))


if __name__ == "__main__":
    main()
