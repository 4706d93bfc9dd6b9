"""Wrong input: one line on stderr, exit code 2, nothing on stdout, nothing on disk."""
import subprocess
import unittest

from program import PROGRAM, ProgramTest, run

ERROR = "approxtlm: error: "


class BadInputTest(ProgramTest):
    def fails(self, expected, *arguments):
        """`expected`: the whole message, or its beginning when it ends in '...'."""
        before = sorted(p.name for p in self.folder.rglob("*"))
        done = self.run_here(*arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        if expected.endswith("..."):
            self.assertEqual(done.stderr[:len(ERROR + expected) - 3], ERROR + expected[:-3])
        else:
            self.assertEqual(done.stderr, ERROR + expected + "\n")
        self.assertEqual(sorted(p.name for p in self.folder.rglob("*")), before)

    def run_fails(self, expected, *arguments):
        self.fails(expected, "run", *arguments, "--output", "out/report")

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    def test_options(self):
        count = "expected an integer in [1, 1000000]"
        for expected, *arguments in [
                (f"--images: got abc, {count}", "--images", "abc"),
                (f"--images: got 0, {count}", "--images", "0"),
                (f"--images: got -5, {count}", "--images", "-5"),
                (f"--images: got 1.5, {count}", "--images", "1.5"),
                (f"--images: got 99999999999999999999999, {count}", "--images", "99999999999999999999999"),
                (f"--images: got nothing, {count}", "--images", ""),
                ("--threads: got 0, expected an integer in [1, 1024]", "--threads", "0"),
                ("--clock-mhz: got fast, expected a frequency in [0.001, 100000] MHz", "--clock-mhz", "fast"),
                ("--clock-mhz: got nan, expected a frequency in [0.001, 100000] MHz", "--clock-mhz", "nan"),
                ("--clock-mhz: got -1, expected a frequency in [0.001, 100000] MHz", "--clock-mhz", "-1"),
                ("--activity: got sampled:0, expected exact, off, or sampled:K with K of at least 1",
                 "--activity", "sampled:0"),
                ("--log-level: got loud, expected one of trace, debug, info, warning, error, off",
                 "--log-level", "loud"),
                ("network: got nothing, expected a file", ""),
                ("--accelerator: got nothing, expected a file", "--accelerator", ""),
                ("--timing: got 'slow', expected cycle or fast", "--timing", "slow"),
                ("--quantum-us: got a quantum with --timing cycle, expected --timing fast", "--quantum-us", "1"),
                ("--quantum-us: got -1, expected a time in [0, 1000000] microseconds",
                 "--timing", "fast", "--quantum-us", "-1"),
                ("--trace: got 'gif', expected perfetto, perfetto:FILE, vcd or vcd:FILE", "--trace", "gif"),
                ("--trace: got 'vcd:', expected a file behind the colon", "--trace", "vcd:"),
                ("--trace: got vcd with --timing fast, expected perfetto, or --timing cycle",
                 "--trace", "vcd", "--timing", "fast"),
                ("--trace: got none/t.json in no folder there is, expected a file in one",
                 "--trace", "perfetto:none/t.json"),
                ("--multiplier: got 'booth', expected ...", "--multiplier", "booth"),
                ("--multiplier: got 'perforated:8', expected ...", "--multiplier", "perforated:8"),
                ("--multiplier: got 'truncated:13', expected ...", "--multiplier", "truncated:13"),
                ("--correction: got 'magic', expected ...", "--correction", "magic"),
                ("--variate: got 'mean', expected ...", "--variate", "mean"),
                ("--encoding: got 'gray', expected ...", "--encoding", "gray"),
                ("--dataflow: got 'rs', expected ws, os, is or auto", "--dataflow", "rs"),
        ]:
            with self.subTest(arguments=arguments):
                self.run_fails(expected, *arguments)

    def test_command_line(self):
        self.fails("command: got nothing, expected run, inspect, multiplier, adapt or characterize (see approxtlm --help)")
        self.fails("The following argument was not expected: fly (see approxtlm --help)", "fly")
        self.fails("The following argument was not expected: --imags=3 (see approxtlm --help)", "run", "--imags=3")
        self.fails("--images: ...", "run", "--images")
        self.fails("--images: ...", "run", "--images", "3", "--images", "4")

    def test_network_files(self):
        self.write("empty.onnx", b"")
        self.write("text.onnx", "hello\n")
        self.write("noise.onnx", bytes((i * 73 + 11) % 256 for i in range(4096)))
        for name in ("missing.onnx", "empty.onnx", "text.onnx", "noise.onnx"):
            with self.subTest(name):
                self.run_fails(f"{name}: got ...", name)
                self.fails(f"{name}: got ...", "inspect", name)

    def test_accelerator_files(self):
        for line, expected in [
                ("pe_array: {rows: 0}", ":1: pe_array.rows: got 0, expected an integer in [1, 256]"),
                ("pe_array: {rows: many}", ":1: pe_array.rows: got many, expected an integer in [1, 256]"),
                ("pe_array:\n  rwos: 4",
                 ":2: pe_array.rwos: got an unknown key, expected one of rows, columns, shadow_weights, "
                 "dataflow, multiplier_stages"),
                ("dma: {burst_beats: 3}", ":1: dma.burst_beats: got 3, expected a power of two in [1, 256]"),
                ("dma: {outstanding_requests: 0}",
                 ":1: dma.outstanding_requests: got 0, expected an integer in [1, 64]"),
                ("memory: {bytes_per_cycle: 0}",
                 ":1: memory.bytes_per_cycle: got 0, expected an integer in [1, 1024]"),
                ("vector_unit: {lanes: 0}", ":1: vector_unit.lanes: got 0, expected an integer in [1, 1024]"),
                ("activation_buffer: {banks: 3}",
                 ":1: activation_buffer.banks: got 3, expected a power of two in [1, 64]"),
                ("weight_buffer: {capacity_bytes: 4096}", ":1: weight_buffer.capacity_bytes: got 4096, expected "
                 "at least 11264 (two folds of weights of a 64 x 64 array)"),
                ("accumulator_buffer: {capacity_bytes: 256}", ":1: accumulator_buffer.capacity_bytes: got 256, "
                 "expected at least 528 (two pixels of sums of a 64 x 64 array)"),
                ("dma: {bus_bytes: 12}", ":1: dma.bus_bytes: got 12, expected a power of two in [4, 128]"),
                ("pe_array: {rows: 4}\npe_array: {rows: 8}",
                 ":2: pe_array: got the key a second time, expected it once (first in line 1)"),
                ("pe_array: [", ":2: YAML syntax: ..."),
        ]:
            with self.subTest(line):
                self.write("a.yaml", line + "\n")
                self.run_fails("a.yaml" + expected, "--accelerator", "a.yaml")
        self.run_fails("b.yaml: cannot be read: No such file or directory", "--accelerator", "b.yaml")

    def test_data_sets(self):
        self.write("short/test_batch.bin", b"\0" * 5000)
        self.run_fails("short/test_batch.bin: got 5000 bytes, ...", "--dataset", "cifar10:short")
        self.run_fails("missing/test_batch.bin: got ...", "--dataset", "cifar10:missing")
        self.run_fails('dataset: got "mnist", expected ...', "--dataset", "mnist")
        self.write("broken.npy", b"\x93NUMPY\x01\x00")
        self.run_fails("broken.npy: ...", "--dataset", "npy:broken.npy")

    def test_technology(self):
        self.run_fails('--technology: got "tin", expected ...', "--technology", "tin")
        self.run_fails("--technology tin.yaml: got no such file, ...", "--technology", "tin.yaml")
        self.write("part.yaml", "schema: approxtlm-technology-1\n")
        self.run_fails("part.yaml...", "--technology", "part.yaml")
        self.run_fails("--voltage-v: got 0.4, expected 0.56 to 0.77, where the scaling rule of technology asap7-tight holds",
                       "--voltage-v", "0.4")
        self.run_fails("--voltage-v: got a voltage with --technology none, expected a technology", "--voltage-v", "0.7",
                       "--technology", "none")
        self.run_fails("--voltage-v: got -1, expected a voltage in (0, 10] V", "--voltage-v=-1")
        self.run_fails("--clock-mhz: got 99999, expected above 0 and at most ...", "--clock-mhz", "99999")

    def test_output_that_cannot_be_written(self):
        self.write("file", "in the way")
        for option in ("--output", "--save-logits"):
            self.fails(f"{option}: got file, a file, expected a folder", "run", option, "file")
            self.fails(f"{option}: folder file/report cannot be made: Not a directory", "run", option, "file/report")
            self.fails(f"{option}: folder /proc/report cannot be made: ...", "run", option, "/proc/report")
            self.fails(f"{option}: got nothing, expected a folder", "run", option, "")

    def test_full_disk_for_the_table_is_a_failure(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([PROGRAM, "run", "--images", "1", "--activity", "off"], stdout=full, text=True,
                                  stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (1, ERROR + "standard output cannot be written\n"))

    def test_help_and_version_are_no_errors(self):
        for arguments in (["--help"], ["run", "--help"], ["inspect", "--help"], ["--version"]):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
            self.assertTrue(done.stdout)


if __name__ == "__main__":
    unittest.main()
