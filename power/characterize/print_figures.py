"""Prints the tables of docs/characterization.md from technology files of schema 2 (standard library only)."""
import pathlib
import re
import sys

FILES = ["asap7-tight", "asap7-relaxed", "nangate15-tight", "nangate15-relaxed",
         "nangate45-tight", "nangate45-relaxed", "sky130-tight", "sky130-relaxed"]
SCHEMA = '"approxtlm-technology-2"'


def read(path):
    """Two-space indentation; values are scalars or one-line maps of numbers and strings."""
    root, stack = {}, []
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        indent = (len(line) - len(line.lstrip())) // 2
        key, text = re.match(r'\s*("?.+?"?):(?: (.*))?$', line).groups()
        del stack[indent:]
        parent = stack[-1] if stack else root
        if text is None:
            parent[key] = {}
            stack.append(parent[key])
        elif text.startswith("{"):
            parent[key] = {k: v.strip('"') for k, v in re.findall(r'([^,{}\s"]+): ("[^"]*"|[^,}]+)', text)}
        else:
            parent[key] = text.strip('"')
    return root


def own(curve, period):
    """Energy at the file's own clock: the entry that was measured with the file's netlists."""
    return float(min(curve.items(), key=lambda e: abs(float(e[0]) - period))[1])


def main(folder):
    files = {}
    for name in FILES:
        path = folder / f"{name}.yaml"
        if path.is_file() and SCHEMA in path.read_text():
            files[name] = read(path)
    curves = {n: f["curve"]["pe_fj_by_period_ps"] for n, f in files.items()}
    periods = {n: float(f["period_ps"]) for n, f in files.items()}
    print("PE of row 64, reference stream: fJ a cycle of exact, then % saved against it")
    print(f"{'':14}" + "".join(f"{n:>18}" for n in files))
    print(f"{'clock, ps':14}" + "".join(f"{periods[n]:>18.1f}" for n in files))
    print(f"{'limit, ps':14}" + "".join(f"{float(f['exact_fastest_ps']):>18.1f}" for f in files.values()))
    variants = list(dict.fromkeys(v for c in curves.values() for v in c))
    for v in variants:
        row = ""
        for n, curve in curves.items():
            exact = own(curve["exact"], periods[n])
            value = None if v not in curve else own(curve[v], periods[n])
            shown = "-" if value is None else f"{value:.1f}" if v == "exact" else f"{100 * (1 - value / exact):.1f}"
            row += f"{shown:>18}"
        print(f"{v:14}{row}")
    print("\nmacro-models against gate level on held-out streams, over all PEs and rows")
    for n, f in files.items():
        errors = [(float(r["error"]["worst_percent"]), float(r["error"]["mean_percent"]), v, row)
                  for v, pe in f["pe"].items() for row, r in pe["rows"].items()]
        worst = max(errors)
        print(f"{n:18} {len(f['pe']):3} PEs, {len(errors)} netlists: mean of means {sum(e[1] for e in errors) / len(errors):.2f} %, "
              f"largest mean {max(e[1] for e in errors):.2f} %, worst stream {worst[0]:.2f} % ({worst[2]}, row {worst[3]}); "
              f"least slack {min(float(r['slack_ps']) for pe in f['pe'].values() for r in pe['rows'].values()):.2f} ps")
    print("\nMAC+ and sum cells, fJ")
    for n, f in files.items():
        for v in ("perforated:3", "recursive:5", "truncated:7"):
            c = f["correction"].get(v)
            if c is None:
                continue
            m, x = c["mac_plus_rows"]["64"], c["sum_x_rows"]["64"]
            print(f"{n:18} {v:13} MAC+ clock {float(m['clock_fj']):.1f} + {float(m['operation_fj']):.1f} a correction, "
                  f"{float(m['area_um2']):.1f} um^2; sum x clock {float(x['cycle_fj']):.2f} + {float(x['toggle_fj']):.2f} a flip; "
                  f"{c['structure']}")
    print("\nstructures chosen")
    for n, f in files.items():
        for v in ("exact", "perforated:3", "recursive:5", "truncated:7", "truncated:9"):
            if v in f["pe"]:
                print(f"{n:18} {v:13} {f['pe'][v]['structure']}")
    sweeps = {n: c for n, c in curves.items() if len(c["exact"]) > 1}
    for n, curve in sweeps.items():
        print(f"\n{n}: % saved by the PE against the clock period, ps")
        ticks = sorted(curve["exact"], key=float)
        print(f"{'':14}" + "".join(f"{float(p):>9.0f}" for p in ticks))
        for v in curve:
            cells = [f"{100 * (1 - float(curve[v][p]) / float(curve['exact'][p])):9.1f}" if p in curve[v] else f"{'-':>9}" for p in ticks]
            print(f"{v:14}" + "".join(cells))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1] / "technology"))
