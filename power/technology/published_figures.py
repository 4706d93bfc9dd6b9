"""Energies outside the array: published figures per operation, and how they are carried to each library.

45 nm, 0.9 V: M. Horowitz, "Computing's energy problem (and what we can do about it)", ISSCC 2014.
7 nm: N. Jouppi et al., "Ten lessons from three generations shaped Google's TPUv4i", ISCA 2021, table 2, which updates
Horowitz's table.
"""
import math

HOROWITZ = "Horowitz, ISSCC 2014 (45 nm, 0.9 V)"
JOUPPI = "Jouppi et al., ISCA 2021, table 2 (7 nm)"
# picojoules: a 64-bit access of an SRAM of 8 KiB, 32 KiB, 1 MiB; integer operations
PUBLISHED = {45: {"sram": [10.0, 20.0, 100.0], "add8": 0.03, "add32": 0.1, "mult32": 3.1},
             7: {"sram": [7.5, 8.5, 14.0], "add8": 0.007, "add32": 0.03, "mult32": 1.48}}
SRAM_BYTES = [8 * 1024, 32 * 1024, 1024 * 1024]
ENDS = [256, 16 * 1024 * 1024]  # the outer slopes are continued to these capacities
FIFO_BYTES, DESCRIPTOR_BYTES = 2048, 256


def at_node(name, feature_nm, voltage_v):
    """(rule in words, figures) for one library."""
    if feature_nm == 7:
        return f"{JOUPPI}, unscaled", PUBLISHED[7]
    if feature_nm < 45:
        t = math.log(45 / feature_nm) / math.log(45 / 7)
        rule = f"{HOROWITZ} and {JOUPPI}, interpolated geometrically at {feature_nm} nm (log energy over log node)"
        return rule, combine(lambda a, b: a ** (1 - t) * b ** t, PUBLISHED[45], PUBLISHED[7])
    factor = feature_nm / 45 * (voltage_v / 0.9) ** 2
    rule = f"{HOROWITZ} x ({feature_nm}/45) x ({voltage_v}/0.9)^2 = x {factor:.4g} ({name})"
    return rule, combine(lambda a, _: a * factor, PUBLISHED[45], PUBLISHED[45])


def combine(f, a, b):
    return {k: [f(x, y) for x, y in zip(a[k], b[k])] if k == "sram" else f(a[k], b[k]) for k in a}


def sram_points(figures):
    """{capacity: pJ per byte}: a 64-bit access divided by eight, the outer slopes continued to ENDS."""
    points = {c: e / 8 for c, e in zip(SRAM_BYTES, figures["sram"])}
    (c0, c1), (c2, c3) = SRAM_BYTES[:2], SRAM_BYTES[1:]
    for inner, outer, end in ((c0, c1, ENDS[0]), (c3, c2, ENDS[1])):
        slope = math.log(points[outer] / points[inner]) / math.log(outer / inner)
        points[end] = points[inner] * (end / inner) ** slope
    return dict(sorted(points.items()))


def sram(points, capacity):
    below = max(c for c in points if c <= capacity)
    above = min(c for c in points if c >= capacity)
    if below == above:
        return points[below]
    t = math.log(capacity / below) / math.log(above / below)
    return points[below] ** (1 - t) * points[above] ** t


def published(name, feature_nm, voltage_v):
    rule, f = at_node(name, feature_nm, voltage_v)
    points = sram_points(f)
    byte = "a 64-bit access / 8; between and beyond 8 KiB, 32 KiB and 1 MiB straight lines in log-log"
    return {
        "buffer_read_pj_per_byte": (points, f"{rule}; {byte}"),
        "buffer_write_pj_per_byte": (points, f"{rule}; {byte}; a write taken as dear as a read"),
        "dma_pj_per_byte": (2 * sram(points, FIFO_BYTES) + f["add32"] / 4,
                            f"{rule}; a byte written to and read from a 2 KiB FIFO, a 32-bit address add per 4 bytes"),
        "vector_unit_pj_per_element": (f["mult32"] + 3 * f["add32"] + 2 * f["add8"],
                                       f"{rule}; bias, rounding and zero-point adds (32 bit), a 32-bit multiply, two "
                                       "8-bit compares; the shifter is not counted"),
        "sequencer_pj_per_descriptor": (DESCRIPTOR_BYTES * points[SRAM_BYTES[0]] + DESCRIPTOR_BYTES / 4 * f["add32"],
                                        f"{rule}; 256 bytes through an 8 KiB SRAM, one 32-bit add per word"),
    }
