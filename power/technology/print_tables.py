"""Prints the saving tables of docs/energy.md from the committed technology files (standard library only)."""
import json
import pathlib
import re

FILES = ["asap7-tight", "asap7-relaxed", "nangate15-tight", "nangate15-relaxed",
         "nangate45-tight", "nangate45-relaxed", "sky130-tight", "sky130-relaxed"]


def read(path):
    """The generated subset of YAML: two-space indentation, JSON scalars, one-line integer maps."""
    root, stack = {}, []
    for line in pathlib.Path(path).read_text().splitlines():
        if line.startswith("#"):
            continue
        indent = (len(line) - len(line.lstrip())) // 2
        key, text = re.match(r"\s*(\S+):(?: (.*))?$", line).groups()
        stack = stack[:indent]
        parent = stack[-1] if stack else root
        if text is None:
            parent[key] = {}
            stack.append(parent[key])
        elif text.startswith("{"):
            parent[key] = {int(k): float(v) for k, v in re.findall(r"(\d+): ([^,}]+)", text)}
        else:
            parent[key] = json.loads(text)
    return root


def saving(t, variant, per_mac, size=64):
    """Array power saved against exact, size x size, full utilisation, without the sum-A column that both have."""
    name = variant + ("/per_mac" if per_mac else "")
    fix = t["correction"].get(variant)
    if name not in t["pe"]:
        return None
    column = fix["mac_plus_fj_by_rows"][size] + (0 if per_mac else fix["sum_x_pe_fj_by_rows"][size])
    mine = t["pe"][name]["cycle_fj_by_rows"][size] + column / size
    return 100 * (1 - mine / t["pe"]["exact"]["cycle_fj_by_rows"][size])


def print_tables(folder):
    files = {name: read(pathlib.Path(folder) / f"{name}.yaml") for name in FILES}
    variants = [v for v in files["asap7-tight"]["pe"] if v != "exact" and "/" not in v]
    for per_mac in (False, True):
        title = "per-MAC sum-x" if per_mac else "shared column"
        print(f"\narray power saving against exact, 64x64, {title}, %")
        print(f"{'':14}" + "".join(f"{n:>18}" for n in FILES))
        for v in variants:
            cells = [saving(files[n], v, per_mac) for n in FILES]
            print(f"{v:14}" + "".join(f"{'-' if c is None else format(c, '.1f'):>18}" for c in cells))
    print("\nexact PE, fJ a cycle and um^2")
    for n in FILES:
        e = files[n]["pe"]["exact"]
        print(f"{n:18} {files[n]['clock_mhz']:8.1f} MHz  {e['cycle_fj_by_rows'][64]:9.2f} fJ  {e['area_um2']:9.2f} um^2")
