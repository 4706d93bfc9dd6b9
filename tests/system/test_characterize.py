"""`approxtlm characterize` on a made-up library (tests/data/tiny.lib)."""
import gzip
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import time
import unittest

from program import PROGRAM, ROOT, ProgramTest, run

TINY = ROOT / "tests/data/tiny.lib"
FEW = ["--feature-nm", "45", "--variants", "truncated:9", "--jobs", "2"]
TIMEOUT_S = 250


class CharacterizeTest(ProgramTest):
    def characterize(self, *arguments, liberty=TINY, clock="relaxed", output="t.yaml"):
        return run("characterize", "--liberty", liberty, "--clock", clock, "--output", output, *arguments,
                   cwd=self.folder, timeout=TIMEOUT_S)

    def refused(self, pattern, done):
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        lines = [line for line in done.stderr.splitlines() if "[" not in line or "error" in line]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertRegex(lines[0], "^approxtlm: error: " + pattern)
        self.assertFalse((self.folder / "t.yaml").exists())

    def need_yosys(self):
        if shutil.which("yosys") is None:
            self.skipTest("yosys is not installed")

    def test_liberty_that_is_missing_truncated_or_no_library(self):
        self.refused(r"nowhere\.lib", self.characterize(*FEW, liberty="nowhere.lib"))
        half = self.folder / "half.lib"
        half.write_text(TINY.read_text()[:5000])
        self.refused(r"half\.lib", self.characterize(*FEW, liberty=half.name))
        half_gzip = self.folder / "half.lib.gz"
        half_gzip.write_bytes(gzip.compress(TINY.read_bytes())[:1000])
        self.refused(r"half\.lib\.gz", self.characterize(*FEW, liberty=half_gzip.name))
        text = self.folder / "text.lib"
        text.write_text("no library\n")
        self.refused(r"text\.lib", self.characterize(*FEW, liberty=text.name))

    def test_library_without_flip_flops(self):
        self.need_yosys()
        gates = self.folder / "gates.lib"
        gates.write_text(re.sub(r"  cell \(DFF.*?\n  }\n", "", TINY.read_text(), flags=re.S))
        self.refused(r"gates\.lib: got no flip-flop", self.characterize(*FEW, liberty=gates.name))

    def test_tool_that_is_not_installed(self):
        done = subprocess.run([PROGRAM, "characterize", "--liberty", TINY, "--clock", "relaxed", "--output", "t.yaml",
                               *FEW], cwd=self.folder, env={"PATH": str(self.folder)}, text=True,
                              capture_output=True, timeout=TIMEOUT_S, check=False)
        self.refused("yosys: got no such program on PATH", done)

    def test_tool_that_fails(self):
        tools = self.folder / "tools"
        tools.mkdir()
        yosys = tools / "yosys"
        yosys.write_text("#!/bin/sh\n[ \"$1\" = -V ] && echo Yosys 0 && exit 0\necho no >&2\nexit 3\n")
        yosys.chmod(0o755)
        done = subprocess.run([PROGRAM, "characterize", "--liberty", TINY, "--clock", "relaxed", "--output", "t.yaml",
                               *FEW], cwd=self.folder, env={"PATH": f"{tools}:/usr/bin:/bin"}, text=True,
                              capture_output=True, timeout=TIMEOUT_S, check=False)
        self.refused(r"yosys: got exit code 3, expected 0; its messages are in t\.yaml\.work/\w+\.log", done)
        log = re.search(r"t\.yaml\.work/\w+\.log", done.stderr).group()
        self.assertEqual((self.folder / log).read_text(), "no\n")

    def test_options(self):
        for pattern, arguments in [
                ("--variants: got 'truncated:99'", ["--variants", "truncated:99"]),
                ("--variants: got 'exact/per_mac'", ["--variants", "exact/per_mac"]),
                ("--jobs: got 0", ["--jobs", "0"]),
                ("--sweep: got x", ["--sweep", "600,x"]),
                ("--top: got nothing", ["--multiplier-verilog", "m.v"])]:
            with self.subTest(pattern):
                self.refused(re.escape(pattern), self.characterize(*arguments))
        self.refused("--clock: got fast", self.characterize(clock="fast"))
        self.refused("--clock: got -1", self.characterize(clock="-1"))
        self.refused("--output: got t.json", self.characterize(output="t.json"))

    def test_library_of_unknown_node(self):
        self.need_yosys()
        self.refused("--feature-nm: got nothing for library tiny", self.characterize("--variants", "truncated:9"))

    def test_clock_that_no_netlist_meets(self):
        self.need_yosys()
        self.refused(r"exact/unsigned/row64: got a shortest period of [0-9.]+ ps, expected at most the clock's 50\.0 ps",
                     self.characterize(*FEW, clock="50"))

    def test_file_restart_and_interruption(self):
        self.need_yosys()
        begun = subprocess.Popen([PROGRAM, "characterize", "--liberty", TINY, "--clock", "relaxed", "--output",
                                  "t.yaml", *FEW], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(3)
        begun.send_signal(signal.SIGINT)
        begun.communicate(timeout=TIMEOUT_S)
        self.assertEqual(begun.returncode, 130)
        self.assertFalse((self.folder / "t.yaml").exists())
        done = self.characterize(*FEW)
        self.assertEqual(done.returncode, 0, done.stderr)
        text = (self.folder / "t.yaml").read_text()
        for word in ['schema: "approxtlm-technology-2"', "exact:", "truncated:9:", "period_ps", "Yosys"]:
            self.assertIn(word, text)
        self.assertEqual(list(self.folder.glob("t.yaml?*")), [self.folder / "t.yaml.work"])
        netlists = {p: p.stat().st_mtime_ns for p in (self.folder / "t.yaml.work").glob("*.json")}
        self.assertGreater(len(netlists), 10)
        again = self.characterize(*FEW)
        self.assertEqual((again.returncode, again.stdout), (0, done.stdout))
        self.assertEqual((self.folder / "t.yaml").read_text(), text)
        self.assertEqual({p: p.stat().st_mtime_ns for p in netlists}, netlists)
        # The curve has every period that a PE can reach, and the file's own.
        swept = self.characterize(*FEW, "--sweep", "900,1")
        self.assertEqual(swept.returncode, 0, swept.stderr)
        curve = re.search(r"    truncated:9: {(.*)}", (self.folder / "t.yaml").read_text()).group(1)
        periods = [float(entry.split(":")[0]) for entry in curve.split(",")]
        own = float(re.search(r"\nperiod_ps: (.*)", text).group(1))
        self.assertEqual(sorted(periods), sorted([own, 900.0]))

    def test_multiplier_of_the_user(self):
        self.need_yosys()
        (self.folder / "m.v").write_text(
            "module half(input [7:0] A, input [7:0] B, output [15:0] O);\n"
            "  assign O = {A[7:4], 4'b0} * B;\nendmodule\n")
        done = self.characterize("--feature-nm", "45", "--variants", "exact", "--multiplier-verilog", "m.v",
                                 "--top", "half")
        self.assertEqual(done.returncode, 0, done.stderr)
        table = (self.folder / "t-half.bin").read_bytes()
        self.assertEqual(table, b"".join(struct.pack("<H", (w & 0xF0) * a) for w in range(256) for a in range(256)))
        self.assertRegex((self.folder / "t.yaml").read_text(), r'table:t-half#[0-9a-f]+:\d')
        for name, text in [("registers", "module r(input [7:0] A, input [7:0] B, output reg [15:0] O);\n"
                                         "  always @(posedge A[0]) O <= A * B;\nendmodule\n"),
                           ("widths", "module r(input [6:0] A, input [7:0] B, output [15:0] O);\n"
                                      "  assign O = A * B;\nendmodule\n"),
                           ("syntax", "module r(input\n")]:
            with self.subTest(name):
                (self.folder / "t.yaml").unlink(missing_ok=True)
                (self.folder / "bad.v").write_text(text)
                self.refused(r"bad\.v: got ", self.characterize("--feature-nm", "45", "--variants", "exact",
                                                                "--multiplier-verilog", "bad.v", "--top", "r"))


if __name__ == "__main__":
    unittest.main()
