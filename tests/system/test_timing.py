"""Fast mode against cycle mode, and traces against the report."""
import collections
import csv
import json
import os
import pathlib
import subprocess
import time
import unittest

from program import FEW, PROGRAM, ProgramTest

NETWORKS = pathlib.Path(__file__).resolve().parents[3] / "shared/data/networks"
QUICK = ["--images", "1", "--activity", "off", "--technology", "none"]


def layers_without_weights(report):
    return {i for i, layer in enumerate(report["network"]["layers"]) if layer["macs"] == 0}


class TimingTest(ProgramTest):
    def report(self, *arguments):
        self.succeed("run", *arguments, "--output", "report")
        return json.loads((self.folder / "report/report.json").read_text())

    def expect_modes_agree(self, *arguments):
        cycle = self.report(*arguments)
        fast = self.report(*arguments, "--timing", "fast")
        self.assertEqual(fast["effective_config"]["options"]["timing"], "fast")
        for a, b in zip(cycle["designs"], fast["designs"]):
            self.assertAlmostEqual(b["cycles_per_image"], a["cycles_per_image"], delta=0.05 * a["cycles_per_image"])
            for layer in b["layers"]:
                self.assertEqual(layer["cycles"], layer["busy_cycles"] + sum(layer["stall_cycles"].values()))
        # Today the modes agree to the cycle.
        self.assertEqual(fast["designs"], cycle["designs"])

    def test_fast_mode_agrees_on_the_embedded_network(self):
        self.expect_modes_agree(*FEW)

    def test_fast_mode_agrees_on_the_shared_networks(self):
        networks = sorted(NETWORKS.glob("*.onnx"))
        if not networks:
            self.skipTest(f"no networks in {NETWORKS}")
        for network in networks:
            with self.subTest(network.name):
                self.expect_modes_agree(str(network), *QUICK)

    def conflicts(self, network, skew):
        """Cycles an image of the exact design and what of them are bank conflicts."""
        (self.folder / "a.yaml").write_text(f"activation_buffer: {{bank_skew: {skew}}}\n")
        design = self.report(*network, *QUICK, "--timing", "fast", "--accelerator", "a.yaml")["designs"][0]
        return design["cycles_per_image"], sum(layer["stall_cycles"]["bank_conflict"] for layer in design["layers"])

    def test_skewed_banks_avoid_conflicts(self):
        network = NETWORKS / "resnet20-cifar10-u8.onnx"
        for arguments, skewed, plain in (([], (18160, 0), (18440, 481)),
                                         ([str(network)], (76217, 0), (88123, 12199))):
            if arguments and not network.exists():
                self.skipTest(f"no {network}")
            self.assertEqual(self.conflicts(arguments, 6), skewed)
            self.assertEqual(self.conflicts(arguments, 0), plain)

    def test_layers_stand_below_the_roofline(self):
        table = self.succeed("run", *QUICK, "--per-layer", "--output", "report")
        self.assertIn("\nRoofline: memory bounds ", table)
        self.assertIn("\nLayers of corrected (perforated:2, analytic), one image\n", table)
        rows = list(csv.DictReader((self.folder / "report/layers.csv").open()))
        self.assertEqual(table.count(" ws "), sum(r["design"] == "corrected" and r["dataflow"] == "ws" for r in rows))
        for row in rows:
            if row["macs"] == "0":
                self.assertEqual((row["macs_per_byte"], row["bound"]), ("", ""))
                continue
            traffic = int(row["memory_read_bytes"]) + int(row["memory_write_bytes"])
            self.assertAlmostEqual(float(row["macs_per_byte"]), int(row["macs"]) / traffic, delta=1e-4)
            self.assertAlmostEqual(float(row["roof_macs_per_cycle"]), min(4096, 16 * int(row["macs"]) / traffic),
                                   delta=2e-3)
            self.assertEqual(row["bound"], "memory" if 16 * int(row["macs"]) < 4096 * traffic else "compute")

    def test_quantum_changes_no_figure(self):
        runs = [self.report(*QUICK, "--timing", "fast", "--quantum-us", q)["designs"] for q in ("0", "0.5", "1e6")]
        self.assertEqual(runs[0], runs[1])
        self.assertEqual(runs[0], runs[2])


class PerfettoTest(ProgramTest):
    def trace(self, *arguments):
        self.succeed("run", *QUICK, *arguments, "--trace", "perfetto:t.json", "--output", "report")
        trace = json.loads((self.folder / "t.json").read_text())
        return trace, json.loads((self.folder / "report/report.json").read_text())

    def check(self, trace, report):
        self.assertEqual(trace["otherData"]["left_out"], 0)
        processes, threads, slices = {}, {}, collections.defaultdict(list)
        for event in trace["traceEvents"]:
            if event["ph"] == "M" and event["name"] == "process_name":
                processes[event["pid"]] = event["args"]["name"]
            elif event["ph"] == "M" and event["name"] == "thread_name":
                threads[event["pid"], event["tid"]] = event["args"]["name"]
            elif event["ph"] == "X":
                begin, length = round(1000 * event["ts"]), round(1000 * event["dur"])
                slices[event["pid"], threads[event["pid"], event["tid"]]].append((begin, begin + length, event))
        self.assertEqual(list(processes.values()), [d["name"] for d in report["designs"]])
        for (pid, _), track in slices.items():
            design = report["designs"][pid - 1]
            track.sort(key=lambda s: s[0])
            self.assertGreaterEqual(track[0][0], 0)
            self.assertLessEqual(track[-1][1], design["cycles_per_image"])
            for before, after in zip(track, track[1:]):
                self.assertLessEqual(before[1], after[0])
        alone = layers_without_weights(report)
        for pid, design in enumerate(report["designs"], 1):
            for index, layer in enumerate(design["layers"]):
                unit = "vector unit" if index in alone else "pe array"
                busy = sum(end - begin for begin, end, event in slices[pid, unit]
                           if event["cat"] == "busy" and event["args"]["layer"] == index)
                self.assertEqual(busy, layer["busy_cycles"], (design["name"], layer["name"]))
                begin, end, event = slices[pid, "sequencer"][index]
                self.assertEqual((event["name"], end - begin), (layer["name"], layer["cycles"]))
        return slices

    def test_slices_are_the_report(self):
        cycle = self.check(*self.trace())
        fast = self.check(*self.trace("--timing", "fast"))
        self.assertEqual({k: [s[:2] for s in v] for k, v in cycle.items()},
                         {k: [s[:2] for s in v] for k, v in fast.items()})

    def test_every_dataflow(self):
        for dataflow in ("os", "is"):
            with self.subTest(dataflow):
                (self.folder / "a.yaml").write_text(f"pe_array: {{dataflow: {dataflow}, shadow_weights: false}}\n"
                                                    "correction: {pipelined: false}\n"
                                                    "activation_buffer: {port_bytes: 32}\n")
                self.check(*self.trace("--accelerator", "a.yaml"))

    def test_counters_stay_in_range(self):
        trace, _ = self.trace()
        values = collections.defaultdict(list)
        for event in trace["traceEvents"]:
            if event["ph"] == "C":
                values[event["name"]].append(event["args"]["value"])
        self.assertEqual(set(values), {"weight slots", "input tiles", "output tiles", "accumulators",
                                       "memory bytes per cycle"})
        for name, series in values.items():
            self.assertGreaterEqual(min(series), 0, name)
        for name in ("input tiles", "output tiles", "accumulators"):
            self.assertLessEqual(max(values[name]), 2)
        moved = sum(e["args"].get("bytes", 0) for e in trace["traceEvents"] if e["ph"] == "X")
        at = [e["ts"] for e in trace["traceEvents"] if e["ph"] == "C" and e["name"] == "memory bytes per cycle"]
        window = round(1000 * (at[1] - at[0]))
        self.assertAlmostEqual(window * sum(values["memory bytes per cycle"]), moved, delta=0.001 * moved)

    def test_default_file_lies_beside_the_report(self):
        self.succeed("run", *QUICK, "--trace", "perfetto", "--output", "report")
        self.assertTrue((self.folder / "report/trace.json").exists())
        self.succeed("run", *QUICK, "--trace", "perfetto")
        self.assertTrue((self.folder / "trace.json").exists())


class VcdTest(ProgramTest):
    def test_header_and_final_time(self):
        self.succeed("run", *QUICK, "--trace", "vcd:w.vcd", "--output", "report")
        report = json.loads((self.folder / "report/report.json").read_text())
        text = (self.folder / "w.vcd").read_text()
        header, body = text.split("$enddefinitions")
        self.assertIn("$timescale\n     100 ps\n$end", header)
        for name in ["exact", "approximate", "corrected", "pe_array", "sequencer", "dma_store", "vector_unit"]:
            self.assertIn(f"$scope module {name} $end", header)
        times = [int(line[1:]) for line in body.splitlines() if line.startswith("#")]
        self.assertEqual(times, sorted(times))
        # All jobs begin together with the first change; the last one, and the host's reads, end the file.
        self.assertLessEqual({times[0] + 10 * d["cycles_per_image"] for d in report["designs"]}, set(times))
        self.assertLess(times[-1] - times[0], 10 * (max(d["cycles_per_image"] for d in report["designs"]) + 100))

    def test_nothing_stays_when_stopped(self):
        process = subprocess.Popen([PROGRAM, "run", "--images", "300", "--activity", "off", "--technology", "none",
                                    "--trace", "vcd:w.vcd"], cwd=self.folder, stderr=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(self.folder)})
        descriptors = pathlib.Path(f"/proc/{process.pid}/fd")
        try:
            deadline = time.monotonic() + 60
            # The growing file is open and has no name any more.
            while not any(file.endswith(".vcd (deleted)") for file in self.open_files(descriptors)):
                self.assertIsNone(process.poll(), "ended too soon")
                self.assertLess(time.monotonic(), deadline)
        finally:
            process.kill()
            process.wait()
        self.assertEqual(list(self.folder.iterdir()), [])

    @staticmethod
    def open_files(folder):
        """Open files at this moment; some may be closed while we look."""
        found = []
        for path in folder.iterdir():
            try:
                found.append(os.readlink(path))
            except FileNotFoundError:
                pass
        return found


if __name__ == "__main__":
    unittest.main()
