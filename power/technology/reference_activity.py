"""Toggles of the reference operand stream behind the first gate-level measurements.

The measurements recorded energies, not toggles. The macro-models fitted to the same netlists give the toggles back:
each says E = one + a h_a + b ha_pw + c h_q for its netlist, and sens_*.json holds E at the reference stream. Least
squares over the libraries yields h_a and h_q of each variant. Variants without a macro-model take h_q from a seeded
synthetic stream tuned to the reconstructed h_a, scaled to the exact design's reconstructed h_q.
"""
import json
import pathlib
import random

MACROS = ["asap7_relax", "n15_relax", "n15_tight", "n45_relax"]
FAMILIES = {"exact": "exact", "perf": "perforated", "rec": "recursive", "trunc": "truncated"}
S1, S3 = "S1 HD(a)", "S3 HD(a),HD(psum_out)"
# The synthetic stream: AR(1) Gaussian through a threshold (45 % zeros), weights N(128, 25). CORRELATION and SCALE are
# tuned so that its h_a agrees with the reconstruction; import_first_measurements.py --check prints both.
SEED, VECTORS, ROWS, COLUMNS = 20260101, 400, 64, 4
ZERO_QUANTILE, WEIGHT_DEVIATION = -0.1257, 25.0
CORRELATION, SCALE = 0.8, 42.0


def reconstruct(folder):
    """({variant: h_a}, {variant: h_q}, worst relative residual) from macro_*.json and sens_*.json.

    h_a counts the bits that the variant registers (perforated:m drops m of them). Weights around 128 are independent
    of the activations, so ha_pw is h_a times their mean popcount; S3 alone could not tell ha_pw from h_q.
    """
    rng = random.Random(SEED)
    popcount = sum(bin(weight(rng)).count("1") for _ in range(20000)) / 20000
    ones, threes = {}, {}
    for name in MACROS:
        macros = json.loads((pathlib.Path(folder) / f"macro_{name}.json").read_text())
        base = json.loads((pathlib.Path(folder) / f"sens_{name}.json").read_text())["base"]
        for key, models in macros.items():
            family, m = key.rstrip("0123456789"), "".join(c for c in key if c.isdigit())
            energy = base.get(f"('{family}', {m}, 0)")
            if key.endswith("x") or energy is None:
                continue
            one, three = models[S1]["coef"], models[S3]["coef"]
            variant = to_name(family, int(m))
            ones.setdefault(variant, []).append(((energy - one["one"]) / energy, one["h_a"] / energy))
            threes.setdefault(variant, []).append(
                ((energy - three["one"]) / energy, (three["h_a"] + popcount * three["ha_pw"]) / energy,
                 three["h_q"] / energy))
    h_a = {v: fit(rows) for v, rows in ones.items()}
    h_q = {v: fit([(e - a * h_a[v], q) for e, a, q in rows]) for v, rows in threes.items()}
    residual = max([abs(e - a * h_a[v]) for v, rows in ones.items() for e, a in rows] +
                   [abs(e - a * h_a[v] - q * h_q[v]) for v, rows in threes.items() for e, a, q in rows])
    return h_a, h_q, residual


def fit(rows):
    """The x that minimises sum (rhs - x coefficient)^2."""
    return sum(r * c for r, c in rows) / sum(c * c for _, c in rows)


def to_name(family, m):
    return "exact" if family == "exact" else f"{FAMILIES[family]}:{m}"


def weight(rng):
    return min(255, max(0, round(rng.gauss(128.0, WEIGHT_DEVIATION))))


def product(variant, w, a):
    family, m = (variant.split(":") + ["0"])[:2]
    m = int(m)
    low = (1 << m) - 1
    if family == "perforated":
        return w * (a & ~low)
    if family == "recursive":
        return w * a - (w & low) * (a & low)
    if family == "truncated":
        return w * a - sum(((a >> i) & 1) * ((w & ((1 << (m - i)) - 1)) << i) for i in range(min(m, 8)))
    return w * a


def synthetic(variants, correlation=CORRELATION, scale=SCALE):
    """(h_a, {variant: h_q}) of the synthetic stream, averaged over the rows of a 64-row column."""
    rng = random.Random(SEED)
    innovation = (1 - correlation ** 2) ** 0.5
    streams = []
    for _ in range(ROWS):
        g, stream = rng.gauss(0, 1), []
        for _ in range(VECTORS):
            g = correlation * g + innovation * rng.gauss(0, 1)
            stream.append(min(255, max(0, round(scale * (g - ZERO_QUANTILE)))))
        streams.append(stream)
    weights = [[weight(rng) for _ in range(ROWS)] for _ in range(COLUMNS)]
    steps = ROWS * (VECTORS - 1)
    h_a = sum(bin(p ^ q).count("1") for s in streams for p, q in zip(s, s[1:])) / steps
    h_q = {}
    for variant in variants:
        toggles = 0
        for column in weights:
            sums = [0] * VECTORS
            for w, stream in zip(column, streams):
                table = {a: product(variant, w, a) for a in set(stream)}
                sums = [s + table[a] for s, a in zip(sums, stream)]
                toggles += sum(bin(p ^ q).count("1") for p, q in zip(sums, sums[1:]))
        h_q[variant] = toggles / (steps * COLUMNS)
    return h_a, h_q
