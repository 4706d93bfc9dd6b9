#!/usr/bin/env python3
"""Writes power/technology/<library>-<clock>.yaml from the first gate-level measurements.

    python3 power/technology/import_first_measurements.py DIR           writes the eight files beside this script
    python3 power/technology/import_first_measurements.py DIR --check   compares them with DIR, prints reference toggles
    python3 power/technology/import_first_measurements.py --check       prints the tables of docs/energy.md from the files

DIR holds array_*.json, macro_*.json and sens_*.json. No number is typed by hand.
"""
import argparse
import json
import pathlib
import sys

import print_tables
import published_figures
import reference_activity as reference

HERE = pathlib.Path(__file__).resolve().parent
COMMAND = "python3 power/technology/import_first_measurements.py DIR"
TOOLS = ("Yosys 0.23 + abc; event-driven gate simulation with Liberty delays, glitches counted; pre-layout, no wires, "
         "ideal clock net, weight-register clock gated")
# file stem: array_*.json, library, corner, volts, feature size in nm
LIBRARIES = {
    "asap7": ("asap7", "ASAP7 7.5-track RVT", "TT 0.7 V 25 C", 0.7, 7),
    "nangate15": ("n15", "NanGate 15 nm OCL v0.1", "typical 0.8 V 25 C", 0.8, 15),
    "nangate45": ("n45", "NanGate 45 nm OCL", "typical 1.1 V 25 C", 1.1, 45),
    "sky130": ("sky", "SkyWater SKY130 (cell set not recorded)", "not recorded; nominal 1.8 V assumed", 1.8, 130),
}
CLOCKS = {"tight": "tight", "relaxed": "relax"}
DATA_REGISTERS, ROWS = ("areg", "xreg", "wreg"), (16, 32, 64)


def number(x):
    return float(f"{x:.6g}")


def total(entry, classes, column):
    return sum(entry["cls"][c][column] for c in classes if c in entry["cls"])


def pe(entry, shared, psum_toggles):
    """One PE. `shared` is the same variant without sum-x; a per-MAC PE's excess over it is the correction."""
    cls = entry["cls"]
    everything = list(cls)
    activation = [sum(cls[c][:2]) for c in DATA_REGISTERS if c in cls]
    own = sum(sum(shared["cls"][c][:2]) for c in DATA_REGISTERS if c in shared["cls"])
    result = {
        "multiplier_fj": sum(cls["mult"][:2]),
        "accumulator_fj": sum(cls["add"][:2]),
        "activation_registers_fj": own,
        "psum_registers_fj": sum(cls["psreg"][:2]),
        "correction_fj": sum(cls.get("xadd", [0, 0])[:2]) + sum(activation) - own,
        "clock_fj": total(entry, everything, 2),
        "weight_clock_fj": total(entry, everything, 4),
        "leakage_fj": total(entry, everything, 3),
        "area_um2": entry["area"],
        "psum_toggles": psum_toggles,
    }
    result = {k: number(v) for k, v in result.items()}
    result["cycle_fj_by_rows"] = {n: number(entry["E_pe_N"][str(n)]) for n in ROWS}
    return result


def correction_area(exact, entry, per_mac):
    """(MAC+, sum-x PE) in um^2 at 64 rows; the second is None where no per-MAC design separates the two."""
    def per_column(e):
        return ((1 - e["arr"]["64"]["area_save"]) * exact["area"] - e["area"]) * 64
    both = per_column(entry)
    return (both, None) if per_mac is None else (per_column(per_mac), both - per_column(per_mac))


def line_to_eight_bits(ys):
    """Least-squares line through x widths 1, 2, 3, read at 8 bits."""
    mean = sum(ys) / 3
    return mean + (8 - 2) * (ys[2] - ys[0]) / 2


def design(entries, clock):
    chosen = {(reference.to_name(e["fam"], e["m"]), e["x"]): e for e in entries if e["reg"] == CLOCKS[clock]}
    return chosen, chosen[("exact", 0)]


def corrections(chosen, exact, shares):
    """MAC+ and sum-x per variant. `shares` fills in where only the sum of the two areas was measured."""
    result = {}
    for (variant, per_mac), e in chosen.items():
        if variant == "exact" or per_mac:
            continue
        mac_plus, sum_x = correction_area(exact, e, chosen.get((variant, 1)))
        source = "measured"
        if sum_x is None:
            both, share = mac_plus, shares[variant]
            mac_plus, sum_x = both * (1 - share), both * share
            source = f"sum measured, split estimated: sum-x takes {share:.3f} of it as in asap7 at the same clock class"
        result[variant] = {
            # sum-x energy does not grow with m for truncated: a one-bit x, the OR of the low bits.
            "variate": "or" if variant.startswith("truncated") else "low_bits",
            "mac_plus_fj_by_rows": {n: number(e["arr"][str(n)]["mp_E"]) for n in ROWS},
            "sum_x_pe_fj_by_rows": {n: number(e["arr"][str(n)]["px_E"]) for n in ROWS},
            "mac_plus_area_um2": number(mac_plus),
            "sum_x_pe_area_um2": number(sum_x),
            "area_provenance": source,
        }
    return result


def technology(name, clock, folder, toggles, shares):
    stem, library, corner, volts, feature = LIBRARIES[name]
    chosen, exact = design(json.loads((pathlib.Path(folder) / f"array_{stem}.json").read_text()), clock)
    fixes = corrections(chosen, exact, shares)
    perforated = [fixes[f"perforated:{m}"] for m in (1, 2, 3)]
    h_a, h_q, _ = toggles
    return {
        "schema": "approxtlm-technology-1",
        "name": f"{name}-{clock}",
        "library": library,
        "corner": corner,
        "voltage_v": volts,
        "feature_nm": feature,
        "clock_ps": exact["T"],
        "clock_mhz": number(1e6 / exact["T"]),
        "exact_fastest_ps": number(exact["fastest"]),
        "tools": TOOLS,
        "provenance": f"first gate-level measurements, array_{stem}.json ({exact['tech']}, {exact['reg']}): PE components "
                      "at 64 rows, cycle energies at 16, 32 and 64 rows; unsigned weights",
        "command": COMMAND,
        "reference_activity": {
            "activation_toggles": number(h_a["exact"]),
            "provenance": "bits of the whole 8-bit activation per PE cycle; reconstructed from macro_*.json and "
                          "sens_*.json by least squares (reference_activity.py). psum_toggles likewise; variants "
                          "without a macro-model from its synthetic stream, scaled to the exact design",
        },
        "pe": {v + ("/per_mac" if x else ""): pe(e, chosen[(v, 0)], h_q[v]) for (v, x), e in chosen.items()},
        "correction": fixes,
        "estimate": {"sum_a_pe": {
            "fj_by_rows": {n: number(line_to_eight_bits([p["sum_x_pe_fj_by_rows"][n] for p in perforated]))
                           for n in ROWS},
            "area_um2": number(line_to_eight_bits([p["sum_x_pe_area_um2"] for p in perforated])),
            "provenance": "not measured: least-squares line through the sum-x PEs of perforated:1, :2, :3 "
                          "(x of 1, 2, 3 bits), read at the 8 bits of A",
        }},
        "published": {k: {"value" if isinstance(v, float) else "by_capacity_bytes":
                          number(v) if isinstance(v, float) else {c: number(e) for c, e in v.items()},
                          "provenance": p}
                      for k, (v, p) in published_figures.published(library, feature, volts).items()},
    }


def emit(value, indent=0):
    """YAML text of dicts, numbers and strings, two spaces a level."""
    lines = []
    for key, v in value.items():
        pad = " " * indent
        if isinstance(v, dict) and v and all(isinstance(k, int) for k in v):
            lines.append(f"{pad}{key}: {{" + ", ".join(f"{k}: {x}" for k, x in v.items()) + "}")
        elif isinstance(v, dict):
            lines += [f"{pad}{key}:", emit(v, indent + 2)]
        else:
            lines.append(f"{pad}{key}: {json.dumps(v)}")
    return "\n".join(lines)


def generate(folder):
    # ASAP7 has every variant of the other libraries and every per-MAC design.
    asap7_entries = json.loads((pathlib.Path(folder) / "array_asap7.json").read_text())
    variants = sorted({reference.to_name(e["fam"], e["m"]) for e in asap7_entries})
    h_a, h_q, residual = reference.reconstruct(folder)
    synthetic_a, synthetic_q = reference.synthetic(variants)
    scale = h_q["exact"] / synthetic_q["exact"]
    merged = {v: h_q.get(v, synthetic_q[v] * scale) for v in variants}
    report = [f"activation toggles: reconstructed {h_a['exact']:.3f}, synthetic {synthetic_a:.3f}; "
              f"worst residual of the reconstruction {100 * residual:.1f} % of a PE's energy"]
    report += [f"psum toggles {v}: " + (f"reconstructed {h_q[v]:.3f}, " if v in h_q else "") +
               f"synthetic {synthetic_q[v]:.3f} (scaled {synthetic_q[v] * scale:.3f})" for v in variants]
    files = {}
    for clock in CLOCKS:
        asap7, exact = design(asap7_entries, clock)
        shares = {}
        for v in variants:
            if v != "exact":
                mac_plus, sum_x = correction_area(exact, asap7[(v, 0)], asap7[(v, 1)])
                shares[v] = sum_x / (mac_plus + sum_x)
        for name in LIBRARIES:
            data = technology(name, clock, folder, (h_a, merged, residual), shares)
            head = f"# Generated by {COMMAND}: do not edit.\n# fJ, um^2, pJ as named; docs/energy.md explains each figure.\n"
            files[f"{name}-{clock}.yaml"] = head + emit(data) + "\n"
    return files, report


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.folder is None:
        if not options.check:
            parser.error("a folder with array_*.json is needed, or --check")
        print_tables.print_tables(HERE)
        return 0
    files, report = generate(options.folder)
    print("\n".join(report))
    if not options.check:
        for name, text in files.items():
            (HERE / name).write_text(text)
        return 0
    stale = [name for name, text in files.items() if (HERE / name).read_text() != text]
    print("differs from its source: " + ", ".join(stale) if stale else "all files agree with their source")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
