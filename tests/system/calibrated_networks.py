"""What calibration and chosen codes gain: multipliers that the analytic correction cannot save.

calibrated_networks.py NETWORK"""
import json
import pathlib
import subprocess
import sys
import tempfile

from program import PROGRAM, shared_data

IMAGES = 1000


def main():
    data = shared_data()
    network, dataset = data / f"networks/{sys.argv[1]}.onnx", f"cifar10:{data / 'cifar10'}"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)

        def losses(multiplier, correction, *options):
            subprocess.run([PROGRAM, "run", network, "--dataset", dataset, "--images", str(IMAGES), "--multiplier",
                            multiplier, "--correction", correction, "--activity", "off", "--technology", "none",
                            "--quiet", "--output", folder, *options], check=True, timeout=500)
            designs = json.loads((folder / "report.json").read_text())["designs"]
            return {d["name"]: d["versus_exact"]["top1_loss_points"] for d in designs[1:]}

        subprocess.run([PROGRAM, "adapt", network, "--multiplier", "truncated:9", "--dataset", dataset, "--quiet",
                        "--output", folder / "codes.adapted"], check=True, timeout=500)
        analytic7, calibrated7 = losses("truncated:7", "analytic"), losses("truncated:7", "calibrated")
        nine = losses("truncated:9", "calibrated", "--adapted", folder / "codes.adapted")
    print("truncated:7", analytic7, calibrated7, "truncated:9", nine)
    checks = {
        "truncated:7 without correction is about chance": 70 <= calibrated7["approximate"] <= 90,
        "truncated:7 calibrated loses at most a point": -1 <= calibrated7["corrected"] <= 1,
        "the analytic correction cannot save it": analytic7["corrected"] >= 15,
        "chosen codes gain at least two points for truncated:9": nine["corrected"] - nine["adapted"] >= 2,
        "truncated:9 with chosen codes loses little": -1 <= nine["adapted"] <= 2.5,
    }
    for text in (text for text, ok in checks.items() if not ok):
        print(f"FAILED: {text}")
    sys.exit(0 if all(checks.values()) else 1)


if __name__ == "__main__":
    main()
