"""The paper's experiment: the bare approximate design collapses, the corrected one loses at most a point.

corrected_networks.py NETWORK"""
import json
import pathlib
import subprocess
import sys
import tempfile

from program import PROGRAM, shared_data

IMAGES = 1000


def main():
    data = shared_data()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([PROGRAM, "run", data / f"networks/{sys.argv[1]}.onnx", "--dataset",
                        f"cifar10:{data / 'cifar10'}", "--images", str(IMAGES), "--multiplier", "perforated:2",
                        "--activity", "sampled:100", "--output", folder], check=True, timeout=500)
        report = json.loads((pathlib.Path(folder) / "report.json").read_text())
    exact, approximate, corrected = report["designs"]
    print({d["name"]: (d["top1_percent"], d["cycles_per_image"], d["array_power_mw"]) for d in report["designs"]})
    checks = {
        "exact top-1 is the network's": exact["top1_percent"] >= 90,
        "without correction accuracy is about chance": approximate["top1_percent"] <= 15,
        "correction loses at most one point": corrected["versus_exact"]["top1_loss_points"] <= 1.0,
        "correction keeps the cycles": corrected["versus_exact"]["cycle_ratio"] <= 1.001,
        # 29.7 % of a PE at the reference stream (power/characterize/print_figures.py).
        "the corrected array saves power": 24 <= corrected["versus_exact"]["array_power_saving_percent"] <= 36,
    }
    for text in (text for text, ok in checks.items() if not ok):
        print(f"FAILED: {text}")
    sys.exit(0 if all(checks.values()) else 1)


if __name__ == "__main__":
    main()
