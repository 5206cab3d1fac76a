"""Draws what `mvn -q -Pbench -Dbench=render` measured, as an SVG: the fastest call by the size of the code.

    python3 src/bench/plot.py target/bench/render.json > docs/performance/render.svg
"""
import json
import sys

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 360, 64, 24, 16, 44
LINES = {"manifest": "#1f5fa8", "answer": "#b3541e"}
ANCHORED = '<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>'


def fastest(results):
    """{method: {KiB: microseconds}}: a busy machine interrupts half of the calls, and not the fastest."""
    found = {}
    for result in results:
        by_size = found.setdefault(result["benchmark"].rsplit(".", 1)[1], {})
        kib = int(result["params"]["kib"])
        by_size[kib] = min(by_size.get(kib, float("inf")), result["primaryMetric"]["scorePercentiles"]["0.0"])
    return {method: dict(sorted(sizes.items())) for method, sizes in found.items()}


def draw(lines):
    most_x = max(max(sizes) for sizes in lines.values())
    most_y = max(max(sizes.values()) for sizes in lines.values()) * 1.05

    def x(kib):
        return LEFT + (WIDTH - LEFT - RIGHT) * kib / most_x

    def y(microseconds):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * microseconds / most_y

    yield '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">' % (WIDTH, HEIGHT)
    yield '<rect width="%d" height="%d" fill="white"/>' % (WIDTH, HEIGHT)
    step = 10 ** (len(str(int(most_y))) - 1)
    for tick in range(0, int(most_y) + 1, step):
        yield '<path d="M%d %.1fH%d" stroke="#ddd"/>' % (LEFT, y(tick), WIDTH - RIGHT)
        yield ANCHORED % (LEFT - 6, y(tick) + 4, "end", "%g" % (tick / 1000))
    for kib in range(0, most_x + 1, 128):
        yield ANCHORED % (x(kib), HEIGHT - BOTTOM + 16, "middle", kib)
    yield ANCHORED % (WIDTH / 2, HEIGHT - 8, "middle", "KiB of code")
    yield ANCHORED % (4, 14, "start", "ms, the fastest call")
    for at, (method, sizes) in enumerate(lines.items()):
        path = "L".join("%.1f %.1f" % (x(kib), y(time)) for kib, time in sizes.items())
        yield '<path d="M%s" fill="none" stroke="%s" stroke-width="2"/>' % (path, LINES[method])
        for kib, time in sizes.items():
            yield '<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>' % (x(kib), y(time), LINES[method])
        yield '<text x="%d" y="%d" fill="%s">%s</text>' % (LEFT + 12, TOP + 18 + 16 * at, LINES[method], method)
    yield "</svg>"


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        measured = fastest(json.load(file))
    print("\n".join(draw({method: measured[method] for method in LINES})))
