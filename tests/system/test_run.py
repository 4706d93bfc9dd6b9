"""`approxtlm run` on the embedded network: table, files and their contract."""
import csv
import html.parser
import json
import unittest

from program import FEW, ProgramTest

DESIGN_KEYS = {"name", "multiplier", "correction", "cycles_per_image", "latency_us", "top1_percent",
               "top1_ci95_percent", "array_power_mw", "accelerator_power_mw", "array_energy_uj_per_image",
               "array_area_um2", "power_breakdown_mw", "versus_exact"}
BREAKDOWN_KEYS = {"multiplier", "accumulator", "registers", "correction", "clock", "leakage", "buffers", "dma",
                  "vector_unit", "sequencer"}
VERSUS_KEYS = {"cycle_ratio", "array_power_saving_percent", "accelerator_power_saving_percent",
               "array_area_saving_percent", "top1_loss_points"}
REPORT_KEYS = {"schema", "network", "dataset", "accelerator", "technology", "designs", "simulation",
               "effective_config"}


class RunTest(ProgramTest):
    def report(self, *arguments):
        self.succeed("run", *FEW, "--output", "report", *arguments)
        return json.loads((self.folder / "report/report.json").read_text())

    def test_table_of_three_designs_and_no_files(self):
        out = self.succeed("run", *FEW)
        for name in ("exact", "approximate", "corrected"):
            self.assertIn(name, out)
        self.assertIn("--output DIR writes report.html", out)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_report_keeps_the_contract(self):
        report = self.report()
        self.assertEqual(report["schema"], "approxtlm-report-1")
        self.assertLessEqual(REPORT_KEYS, report.keys())
        self.assertLessEqual({"name", "macs_per_image", "layers"}, report["network"].keys())
        self.assertEqual(report["dataset"]["images"], 4)
        self.assertLessEqual({"name", "clock_mhz", "provenance"}, report["technology"].keys())
        self.assertLessEqual({"wall_seconds", "images_per_second", "simulated_cycles_per_second"},
                             report["simulation"].keys())
        self.assertEqual([d["name"] for d in report["designs"]], ["exact", "approximate", "corrected"])
        self.assertEqual([d["multiplier"] for d in report["designs"]], ["exact", "perforated:2", "perforated:2"])
        self.assertEqual([d["correction"] for d in report["designs"]], ["none", "none", "analytic"])
        for design in report["designs"]:
            self.assertLessEqual(DESIGN_KEYS, design.keys())
            self.assertLessEqual(BREAKDOWN_KEYS, design["power_breakdown_mw"].keys())
            self.assertLessEqual(VERSUS_KEYS, design["versus_exact"].keys())
            low, high = design["top1_ci95_percent"]
            self.assertLessEqual(0, low)
            self.assertLessEqual(low, design["top1_percent"])
            self.assertLessEqual(design["top1_percent"], high)
            self.assertLessEqual(high, 100)
            errors = design["activity_standard_error_per_image"]
            self.assertEqual({k for k in design["activity_per_image"] if k.endswith("_toggles")}, errors.keys())
            for count, error in errors.items():  # two images of four, and they differ
                self.assertLessEqual(0, error)
                self.assertLess(error, max(1, design["activity_per_image"][count]))
            self.assertGreater(errors["psum_toggles"], 0)

    def test_figures_agree_with_each_other(self):
        exact, approximate, corrected = self.report()["designs"]
        for d in (exact, approximate, corrected):
            parts = d["power_breakdown_mw"]
            system = parts["bus"] + parts["dram"]
            outside = sum(parts[k] for k in ("skew_registers", "buffers", "dma", "vector_unit", "sequencer"))
            self.assertAlmostEqual(sum(parts.values()) - system - outside, d["array_power_mw"], delta=1e-3)
            self.assertAlmostEqual(sum(parts.values()) - system, d["accelerator_power_mw"], delta=1e-3)
            self.assertAlmostEqual(sum(parts.values()), d["system_power_mw"], delta=1e-3)
            self.assertAlmostEqual(d["array_power_mw"] * d["latency_us"] * 1e-3, d["array_energy_uj_per_image"],
                                   delta=1e-3 * d["array_energy_uj_per_image"])
            saving = 100 * (1 - d["array_power_mw"] / exact["array_power_mw"])
            self.assertAlmostEqual(d["versus_exact"]["array_power_saving_percent"], saving, delta=0.01)
        self.assertLess(approximate["array_power_mw"], corrected["array_power_mw"])
        self.assertLess(corrected["array_power_mw"], exact["array_power_mw"])
        self.assertEqual(approximate["cycles_per_image"], exact["cycles_per_image"])
        self.assertGreaterEqual(corrected["cycles_per_image"], exact["cycles_per_image"])

    def test_layers_add_up_to_the_cycles(self):
        report = self.report()
        with open(self.folder / "report/layers.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows) % 3, 0)
        for design in report["designs"]:
            cycles = sum(int(r["cycles"]) for r in rows if r["design"] == design["name"])
            self.assertEqual(cycles, design["cycles_per_image"])

    def test_html_is_one_offline_page(self):
        self.report()
        text = (self.folder / "report/report.html").read_text()
        html.parser.HTMLParser().feed(text)
        for needs_network in ('src="http', 'href="http', "@import", "<link"):
            self.assertNotIn(needs_network, text)
        self.assertEqual(sorted(p.name for p in (self.folder / "report").iterdir()),
                         ["layers.csv", "power.csv", "report.html", "report.json"])

    def test_power_over_time_adds_up_to_the_layers(self):
        exact = self.report()["designs"][0]
        rows = list(csv.DictReader((self.folder / "report/power.csv").open()))
        times = [float(r["time_us"]) for r in rows if r["design"] == "exact"]
        ends = times[1:] + [exact["latency_us"]]
        for scope in ("array", "accelerator", "system"):
            spent = sum(float(r[scope + "_mw"]) * (end - at) * 1e-3
                        for r, at, end in zip((r for r in rows if r["design"] == "exact"), times, ends))
            layers = sum(layer[scope + "_energy_uj"] for layer in exact["layers"])
            self.assertAlmostEqual(spent, layers, delta=2e-3 * layers)

    def test_gating_and_voltage(self):
        exact = self.report()["designs"][0]
        for keys, less in (("zero_gating: true", True), ("clock_gating: false", False)):
            (self.folder / "gating.yaml").write_text(f"power: {{{keys}}}\n")
            gated = self.report("--accelerator", "gating.yaml")["designs"][0]
            self.assertEqual(gated["cycles_per_image"], exact["cycles_per_image"])
            self.assertEqual(gated["array_power_mw"] < exact["array_power_mw"], less, keys)
        low = self.report("--voltage-v", "0.6")
        self.assertLess(low["technology"]["clock_mhz"], 1800)
        ratio = low["designs"][0]["power_breakdown_mw"]["multiplier"] * low["designs"][0]["latency_us"] / (
            exact["power_breakdown_mw"]["multiplier"] * exact["latency_us"])
        self.assertAlmostEqual(ratio, (0.6 / 0.7) ** 2, delta=1e-6)

    def test_same_input_gives_the_same_figures(self):
        def figures(*arguments):
            report = self.report(*arguments)
            return report["designs"]
        self.assertEqual(figures("--threads", "1"), figures("--threads", "3"))

    def test_calibration_is_saved_and_loaded(self):
        found = self.report("--correction", "calibrated", "--calibration-images", "8", "--save-calibration", "c.json")
        loaded = self.report("--correction", "calibrated", "--calibration", "c.json")
        self.assertEqual(found["designs"], loaded["designs"])
        self.assertEqual(found["designs"][2]["correction"], "calibrated")
        done = self.run_here("run", *FEW, "--correction", "calibrated", "--calibration", "c.json", "--multiplier",
                             "perforated:3")
        self.assertEqual((done.returncode, done.stderr), (2, "approxtlm: error: c.json: multiplier: got perforated:2, "
                                                             "expected perforated:3\n"))

    def test_adapted_is_a_fourth_design(self):
        self.succeed("adapt", "--multiplier", "truncated:9", "--images", "8", "--samples", "500", "--passes", "1",
                     "--quiet", "--output", "net.adapted")
        report = self.report("--multiplier", "truncated:9", "--adapted", "net.adapted", "--technology", "none")
        self.assertEqual([d["name"] for d in report["designs"]], ["exact", "approximate", "corrected", "adapted"])
        self.assertFalse((self.folder / "net.adapted.partial").exists())

    def test_adapting_says_how_far_it_is(self):
        adapt = ["adapt", "--images", "2", "--samples", "50", "--passes", "1"]
        done = self.run_here(*adapt, "--output", "net.adapted")
        self.assertEqual(done.returncode, 0)
        for line in done.stderr.splitlines():
            self.assertRegex(line, r"^adapting \[[#-]{24}\] +\d+ %  \d+/\d+(  [0-9.]+/s  \d+ s left)?$")
        self.assertRegex(done.stderr.splitlines()[-1], "100 %")

    def test_adapted_with_and_without_mirror_images_differ(self):
        adapt = ["adapt", "--images", "2", "--samples", "50", "--passes", "1", "--quiet", "--output"]
        self.succeed(*adapt, "mirrored")
        self.succeed(*adapt, "plain", "--no-mirror")
        mirrored, plain = (json.loads((self.folder / name).read_text()) for name in ("mirrored", "plain"))
        self.assertEqual(mirrored["search"], "seed 1, 1 passes, 50 samples, mirrored")
        self.assertEqual(plain["search"], "seed 1, 1 passes, 50 samples")
        self.assertNotEqual(mirrored["layers"], plain["layers"])

    def test_variate_from_a_file(self):
        ones = [bin(a % 128).count("1") for a in range(256)]
        (self.folder / "ones.x").write_text(", ".join(map(str, ones)))
        rest = ["--multiplier", "truncated:7", "--technology", "none", "--correction", "calibrated",
                "--calibration-images", "4"]
        named = self.report(*rest, "--variate", "popcount")
        table = self.report(*rest, "--variate", "file:ones.x", "--save-calibration", "c.json")
        self.assertRegex(table["effective_config"]["options"]["variate"], r"^file#[0-9a-f]{8}$")
        self.assertEqual(named["designs"], table["designs"])
        ones[0] = 1
        (self.folder / "other.x").write_text("\n".join(map(str, ones)))
        done = self.run_here("run", *FEW, *rest[:6], "--calibration", "c.json", "--variate", "file:other.x")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^approxtlm: error: c.json: variate: got file#\w{8}, expected file#\w{8}\n$")
        done = self.run_here("run", *FEW, "--multiplier", "truncated:7", "--variate", "file:other.x")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no sum-x energy for variate file#", done.stderr)

    def test_correction_none_compares_two_designs(self):
        self.assertEqual([d["name"] for d in self.report("--correction", "none")["designs"]],
                         ["exact", "approximate"])

    def test_exact_multiplier_says_that_nothing_is_compared(self):
        out = self.succeed("run", *FEW, "--multiplier", "exact", "--output", "report")
        self.assertIn("The multiplier is exact", out)
        report = json.loads((self.folder / "report/report.json").read_text())
        self.assertEqual([d["name"] for d in report["designs"]], ["exact"])

    def test_without_technology_only_cycles_and_accuracy(self):
        design = self.report("--technology", "none")["designs"][0]
        self.assertGreater(design["cycles_per_image"], 0)
        self.assertIsNone(design.get("array_power_mw"))

    def test_half_the_clock_doubles_latency_and_keeps_cycles(self):
        fast = self.report("--clock-mhz", "1000")["designs"][0]
        slow = self.report("--clock-mhz", "500")["designs"][0]
        self.assertEqual(fast["cycles_per_image"], slow["cycles_per_image"])
        self.assertAlmostEqual(slow["latency_us"], 2 * fast["latency_us"], delta=1e-3)
        self.assertLess(slow["array_power_mw"], fast["array_power_mw"])

    def test_accelerator_file_is_honoured_and_printed(self):
        (self.folder / "a.yaml").write_text("pe_array: {rows: 16, columns: 8}\n")
        small = self.report("--accelerator", "a.yaml")
        self.assertIn("16", json.dumps(small["accelerator"]))
        self.assertGreater(small["designs"][0]["cycles_per_image"], self.report()["designs"][0]["cycles_per_image"])

    def test_dataflow_changes_cycles_and_no_answer(self):
        (self.folder / "a.yaml").write_text("pe_array: {rows: 24, columns: 12}\nmemory: {bytes_per_cycle: 256}\n"
                                            "dma: {bus_bytes: 128}\n")
        cycles, logits = {}, set()
        for dataflow in ("ws", "os", "is", "auto"):
            report = self.report("--accelerator", "a.yaml", "--dataflow", dataflow, "--save-logits", "logits")
            corrected = report["designs"][2]
            cycles[dataflow] = corrected["cycles_per_image"]
            logits.add((self.folder / "logits/corrected.logits.f32").read_bytes())
            used = {layer["dataflow"] for layer in corrected["layers"]} - {None}
            self.assertTrue(used <= ({"ws", "os", "is"} if dataflow == "auto" else {dataflow}), used)
            self.assertEqual(bool(report["notes"]), used != {"ws"}, "energies are measured weight-stationary")
            self.assertEqual(report["accelerator"]["pe_array"]["dataflow"], dataflow)
        self.assertEqual(len(logits), 1)
        self.assertEqual(len({cycles["ws"], cycles["os"], cycles["is"]}), 3)
        self.assertLessEqual(cycles["auto"], 1.02 * min(cycles.values()))

    def test_every_family_and_encoding_runs(self):
        for multiplier in ("perforated:1", "recursive:4", "truncated:7"):
            for encoding in ("unsigned", "signed"):
                with self.subTest(multiplier=multiplier, encoding=encoding):
                    self.succeed("run", "--images", "1", "--activity", "off", "--technology", "none", "--multiplier",
                                 multiplier, "--encoding", encoding)

    def test_logits_are_saved_per_design(self):
        self.succeed("run", *FEW, "--save-logits", "logits")
        sizes = {p.name: p.stat().st_size for p in (self.folder / "logits").iterdir()}
        self.assertEqual(sizes, {f"{d}.logits.f32": 4 * 10 * 4 for d in ("exact", "approximate", "corrected")})


if __name__ == "__main__":
    unittest.main()
