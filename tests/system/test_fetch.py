"""fetch_cifar10.py: a good archive, a bad one, none."""
import lzma
import os
import pathlib
import subprocess
import sys
import tarfile
import unittest

from program import ROOT, ProgramTest

SCRIPT = ROOT / "workloads/zoo/training/fetch_cifar10.py"
NAMES = [f"data_batch_{i}.bin" for i in range(1, 6)] + ["test_batch.bin"]


class FetchTest(ProgramTest):
    def fetch(self, *arguments):
        return subprocess.run([sys.executable, SCRIPT, *arguments], cwd=self.folder, capture_output=True, text=True,
                              timeout=100, check=False)

    def archive(self, names=NAMES):
        """The shared data as the archive has it."""
        data = pathlib.Path(os.environ.get("APPROXTLM_SHARED_DATA", ROOT.parent / "shared/data")) / "cifar10"
        if not data.is_dir():
            self.skipTest(f"no {data}")
        for name in names:
            plain, packed = data / name, data / (name + ".xz")
            (self.folder / name).write_bytes(plain.read_bytes() if plain.exists()
                                             else lzma.decompress(packed.read_bytes()))
        with tarfile.open(self.folder / "mirror.tar.gz", "w:gz", compresslevel=1) as tar:
            for name in names:
                tar.add(self.folder / name, "cifar-10-batches-bin/" + name)
                (self.folder / name).unlink()
        return "mirror.tar.gz"

    def test_unpacks_checks_and_keeps(self):
        archive = self.archive()
        done = self.fetch("out", "--from", archive)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, "out: CIFAR-10, 6 files, all as expected\n")
        self.assertEqual(sorted(p.name for p in (self.folder / "out").iterdir()), NAMES)
        # All there: nothing is fetched again.
        self.assertEqual(self.fetch("out", "--from", "/nowhere").returncode, 0)
        with open(self.folder / "out/test_batch.bin", "r+b") as file:
            file.write(b"\xff")
        done = self.fetch("out", "--from", archive)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^fetch_cifar10.py: out/test_batch.bin: got SHA-256 [0-9a-f]{64}, expected "
                                      r"[0-9a-f]{64}; move it away\n$")

    def test_a_part_of_the_archive_leaves_nothing(self):
        archive = self.archive(["test_batch.bin"])
        done = self.fetch("out", "--from", archive)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, "fetch_cifar10.py: mirror.tar.gz: got no data_batch_1.bin, expected the archive "
                                      "cifar-10-binary.tar.gz\n")
        self.assertEqual(list((self.folder / "out").iterdir()), [])

    def test_no_archive_is_one_line(self):
        for content, message in ((None, "No such file"), (b"no archive", "not a gzip file")):
            if content is not None:
                (self.folder / "a.tar.gz").write_bytes(content)
            done = self.fetch("out", "--from", "a.tar.gz")
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr.count("\n"), 1)
            self.assertIn(message, done.stderr)
            self.assertEqual(list((self.folder / "out").iterdir()), [])


if __name__ == "__main__":
    unittest.main()
