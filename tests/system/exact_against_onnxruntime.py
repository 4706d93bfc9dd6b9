"""The exact design gives ONNX Runtime's logits bit for bit: docs/architecture.md, requantisation.

exact_against_onnxruntime.py NETWORK [IMAGES]"""
import array
import json
import pathlib
import subprocess
import sys
import tempfile

from program import PROGRAM, shared_data

CLASSES = 10


def read_floats(path, count):
    values = array.array("f")
    with open(path, "rb") as file:
        values.fromfile(file, count)
    return values


def smallest_step(values):
    """The quantisation step: the smallest distance between two different values."""
    ordered = sorted(set(values))
    return min(b - a for a, b in zip(ordered, ordered[1:]))


def first_maxima(values):
    rows = (values[i:i + CLASSES] for i in range(0, len(values), CLASSES))
    return [max(range(CLASSES), key=lambda c, row=row: row[c]) for row in rows]


def main():
    name = sys.argv[1]
    images = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    data = shared_data()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([PROGRAM, "run", data / f"networks/{name}.onnx", "--dataset", f"cifar10:{data / 'cifar10'}",
                        "--images", str(images), "--multiplier", "exact", "--technology", "none", "--activity", "off",
                        "--quiet", "--save-logits", folder], check=True, timeout=500)
        ours = read_floats(pathlib.Path(folder) / "exact.logits.f32", images * CLASSES)
    theirs = read_floats(data / f"networks/{name}.logits.f32", images * CLASSES)

    step = smallest_step(theirs)
    steps = [abs(round((a - b) / step)) for a, b in zip(ours, theirs)]
    same_codes = steps.count(0) / len(steps)
    beyond_one = sum(s > 1 for s in steps)
    same_answer = sum(a == b for a, b in zip(first_maxima(ours), first_maxima(theirs))) / images
    print(json.dumps({"network": name, "images": images, "step": step, "codes_identical": same_codes,
                      "codes_beyond_one_step": beyond_one, "top1_identical": same_answer}))
    failed = [text for ok, text in ((same_codes == 1, "all codes identical"), (ours == theirs, "all logits identical"),
                                    (same_answer == 1, "same top-1 on all images")) if not ok]
    for text in failed:
        print(f"FAILED: {text}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
