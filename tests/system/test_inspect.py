"""`approxtlm inspect`."""
import json
import unittest

from program import ProgramTest


class InspectTest(ProgramTest):
    def test_table_lists_layers_and_totals(self):
        out = self.succeed("inspect")
        self.assertIn("64 x 64 array", out)
        self.assertRegex(out, r"(?m)^total: \d+ layers, \d+ MACs an image, \d+ weights$")

    def test_json_totals_are_the_sums_of_the_layers(self):
        report = json.loads(self.succeed("inspect", "--json"))
        self.assertEqual(report["schema"], "approxtlm-inspect-1")
        self.assertEqual(report["macs_per_image"], sum(layer["macs"] for layer in report["layers"]))
        self.assertEqual(report["weights"], sum(layer["weights"] for layer in report["layers"]))

    def test_smaller_array_takes_more_folds(self):
        (self.folder / "a.yaml").write_text("pe_array: {rows: 8, columns: 8}\n")
        folds = [[layer["folds_per_tile"] for layer in json.loads(self.succeed("inspect", "--json", *extra))["layers"]]
                 for extra in ([], ["--accelerator", "a.yaml"])]
        self.assertLess(sum(folds[0]), sum(folds[1]))
        for large, small in zip(*folds):
            self.assertLessEqual(large, small)

    def test_dataflow_is_shown_per_layer(self):
        for choice in ("ws", "os", "is", "auto"):
            layers = json.loads(self.succeed("inspect", "--json", "--dataflow", choice))["layers"]
            for layer in layers:
                if layer["macs"] == 0:
                    self.assertIsNone(layer["dataflow"])
                else:
                    self.assertIn(layer["dataflow"], ("ws", "os", "is") if choice == "auto" else (choice,))
                    self.assertGreater(layer["array_cycles"], 0)


if __name__ == "__main__":
    unittest.main()
