"""The paper's experiment on ResNet-44: the bare approximate design fails, the corrected one does not."""
import json
import pathlib
import subprocess
import sys
import tempfile

from program import PROGRAM, shared_data

IMAGES = 200


def main():
    data = shared_data()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([PROGRAM, "run", data / "networks/resnet44-cifar10-u8.onnx", "--dataset",
                        f"cifar10:{data / 'cifar10'}", "--images", str(IMAGES), "--multiplier", "perforated:2",
                        "--activity", "sampled:100", "--output", folder], check=True, timeout=500)
        report = json.loads((pathlib.Path(folder) / "report.json").read_text())
    exact, approximate, corrected = report["designs"]
    print({d["name"]: (d["top1_percent"], d["cycles_per_image"], d["array_power_mw"]) for d in report["designs"]})
    checks = {
        "exact top-1 is the network's": exact["top1_percent"] >= 90,
        "without correction accuracy is lost": approximate["top1_percent"] <= exact["top1_percent"] - 10,
        "correction wins it back within two points": corrected["top1_percent"] >= exact["top1_percent"] - 2,
        "correction costs at most 0.5 % of cycles": corrected["cycles_per_image"] <= 1.005 * exact["cycles_per_image"],
        "the corrected array saves power": corrected["versus_exact"]["array_power_saving_percent"] > 15,
    }
    for text in (text for text, ok in checks.items() if not ok):
        print(f"FAILED: {text}")
    sys.exit(0 if all(checks.values()) else 1)


if __name__ == "__main__":
    main()
