"""`approxtlm multiplier`, and tables as multipliers of `approxtlm run`."""
import json
import os
import pathlib
import struct
import unittest
import zlib
from xml.etree import ElementTree

from program import FEW, ROOT, ProgramTest

MULTIPLIERS = pathlib.Path(os.environ.get("APPROXTLM_SHARED_DATA", ROOT.parent / "shared/data")) / "multipliers"
PUBLISHED = {  # as the tables' authors have it
    "mul8u_1JFF": "mae=0,wce=0,mre=0,mse=0,ep=0",
    "mul8u_125K": "mae=0.62,wce=6,mre=0.023,mse=2.5,ep=17.19",
    "mul8u_2AC": "mae=25,wce=79,mre=1.25,mse=892,ep=98.12",
    "mul8u_185Q": "mae=119,wce=518,mre=4.16,mse=22286,ep=98.05",
    "mul8u_JV3": "mae=1409,wce=5380,mre=39.78,mse=3086511,ep=99.16",
    "mul8u_17C8": "mae=4858,wce=16896,mre=57.81,mse=37660750,ep=99.21",
}


def words(product):
    return b"".join(struct.pack("<H", product(i, j) & 0xFFFF) for i in range(256) for j in range(256))


class MultiplierTest(ProgramTest):
    def refused(self, message, *arguments):
        done = self.run_here(*arguments)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", f"approxtlm: error: {message}\n"))

    def findings(self, *arguments):
        return json.loads(self.succeed("multiplier", *arguments, "--json"))

    def test_published_figures(self):
        if not MULTIPLIERS.is_dir():
            self.skipTest(f"no {MULTIPLIERS} (set APPROXTLM_SHARED_DATA)")
        for name, figures in PUBLISHED.items():
            with self.subTest(name):
                self.succeed("multiplier", MULTIPLIERS / f"{name}.bin", "--expect", figures)
        file = MULTIPLIERS / "mul8u_2AC.bin"
        self.refused(f"{file}: mae: got 24.5, expected 119 (as published)", "multiplier", file, "--expect",
                     "wce=79,mae=119")

    def test_families(self):
        found = self.findings("perforated:3")
        self.assertEqual((found["mae"], found["wce"], found["kept_partial_products"]), (127.5 * 3.5, 255 * 7, 40))
        self.assertEqual(found["best_variate"], {"variate": "low_bits", "bits": 3, "residual_variance": 0.0})
        self.assertEqual(len(found["variates"]), 24)
        only = self.findings("truncated:7", "--variate", "popcount")
        self.assertEqual({fit["variate"] for fit in only["variates"]}, {"popcount"})
        self.assertLess(self.findings("perforated:3", "--encoding", "signed")["bias"], 0)

    def test_text(self):
        out = self.succeed("multiplier", "truncated:7")
        for line in (r"MAE +192\.25 ", r"WCE +769 ", r"best control variate +popcount of 7 bits, residual variance ",
                     r"partial products +36 of 64"):
            self.assertRegex(out, f"(?m)^{line}")
        self.assertIn("█", out)

    def test_expectations(self):
        self.succeed("multiplier", "truncated:7", "--expect", "mae=192,wce=769,bias=192.3,mse=5.0e4")
        self.refused("truncated:7: wce: got 769.0, expected 768 (as published)", "multiplier", "truncated:7",
                     "--expect", "mae=192.2,wce=768")
        wanted = "expected NAME=NUMBER with a name of mae, wce, mre, mse, ep, bias"
        for text in ("mae", "mae=", "mae=many", "mae=nan", "power=3"):
            self.refused(f"--expect: got {text}, {wanted}", "multiplier", "exact", "--expect", text)
        for text in ("", "mae=0,"):
            self.refused(f"--expect: got nothing, {wanted}", "multiplier", "exact", "--expect", text)

    def test_pictures(self):
        self.succeed("multiplier", "recursive:4", "--picture", "surface.svg")
        svg = ElementTree.parse(self.folder / "surface.svg").getroot()
        self.assertTrue(svg.tag.endswith("svg"))
        self.assertIn("activation A", "".join(svg.itertext()))
        self.succeed("multiplier", "recursive:4", "--picture", "surface.png")
        png = (self.folder / "surface.png").read_bytes()
        self.assertEqual(png[:8], b"\x89PNG\r\n\x1a\n")
        at, data = 8, b""
        while at < len(png):
            size, kind = struct.unpack(">I4s", png[at:at + 8])
            self.assertEqual(zlib.crc32(png[at + 4:at + 8 + size]), *struct.unpack(">I", png[at + 8 + size:at + 12 + size]))
            data += png[at + 8:at + 8 + size] if kind == b"IDAT" else b""
            at += 12 + size
        points = zlib.decompress(data)
        self.assertEqual(len(points), 256 * 257)
        self.assertEqual(points[-256:], bytes([127] * 256))  # weight 0: no error
        self.refused("--picture: got surface.gif, expected a file name that ends in .svg or .png", "multiplier",
                     "exact", "--picture", "surface.gif")

    def test_run_with_a_table_equals_the_family_it_tabulates(self):
        (self.folder / "t.bin").write_bytes(words(lambda w, a: w * (a & ~3)))
        for name, multiplier in (("table", "t.bin"), ("family", "perforated:2")):
            self.succeed("run", *FEW, "--multiplier", multiplier, "--technology", "none", "--save-logits", name,
                         "--output", name)
        logits = [(self.folder / name / "approximate.logits.f32").read_bytes() for name in ("table", "family")]
        self.assertEqual(*logits)  # corrected, a table also removes the rounding of C: C0
        table, family = (json.loads((self.folder / name / "report.json").read_text())["designs"]
                         for name in ("table", "family"))
        self.assertEqual(table[2]["cycles_per_image"], family[2]["cycles_per_image"])
        self.assertRegex(table[1]["multiplier"], r"^table:t#[0-9a-f]{8}:2$")

    def test_signed_table_in_a_run(self):
        def number(i):
            return i - 256 if i > 127 else i

        (self.folder / "s.bin").write_bytes(words(lambda w, a: number(w) * number(a)))
        spec = "s.bin,convention=signed"
        self.succeed("run", *FEW, "--multiplier", spec, "--encoding", "signed", "--technology", "none",
                     "--save-logits", "out")
        exact, table = ((self.folder / "out" / f"{d}.logits.f32").read_bytes() for d in ("exact", "approximate"))
        self.assertEqual(exact, table)
        name = self.findings(spec)["multiplier"]
        self.refused(f"--encoding: got unsigned, expected signed, the weight codes of {name}", "run", *FEW,
                     "--multiplier", spec, "--technology", "none")

    def test_table_has_no_energy(self):
        (self.folder / "t.bin").write_bytes(words(lambda w, a: w * (a & ~3)))
        done = self.run_here("run", *FEW, "--multiplier", "t.bin")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"^approxtlm: error: .*technology asap7-tight: got no PE energy for "
                                      r"table:t#[0-9a-f]{8}:2, expected one of exact, .*; choose another multiplier "
                                      r"or technology, or --technology none\n$")

    def test_bad_tables(self):
        (self.folder / "short.bin").write_bytes(b"\0" * 100)
        self.refused("short.bin: got 100 bytes, expected 131072 (256 x 256 little-endian 16-bit products)",
                     "multiplier", "short.bin")
        self.refused("short.bin: got 100 bytes, expected 131072 (256 x 256 little-endian 16-bit products)",
                     "run", "--multiplier", "table:short.bin")
        (self.folder / "nan.csv").write_text("\n".join(",".join(["nan"] * 256) for _ in range(256)))
        self.refused("nan.csv:1: column 1: got nan, expected an integer in [0, 65535]", "multiplier", "nan.csv")
        self.refused("missing.bin: cannot be read: No such file or directory", "multiplier", "missing.bin")


if __name__ == "__main__":
    unittest.main()
