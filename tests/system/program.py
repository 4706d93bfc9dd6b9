"""The program under test, and the data that tests share."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("APPROXTLM_PROGRAM", str(ROOT / "build/ci/bin/approxtlm"))
FEW = ["--images", "4", "--activity", "sampled:2"]


def run(*arguments, cwd=None, timeout=100):
    """The finished process; output as text, both streams piped."""
    return subprocess.run([PROGRAM, *map(str, arguments)], cwd=cwd, timeout=timeout, text=True,
                          capture_output=True, check=False)


class ProgramTest(unittest.TestCase):
    """Each test in an empty folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="approxtlm-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_here(self, *arguments):
        return run(*arguments, cwd=self.folder)

    def succeed(self, *arguments):
        done = self.run_here(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout


def shared_data():
    """Folder with networks and CIFAR-10, or the end of the test as skipped."""
    folder = pathlib.Path(os.environ.get("APPROXTLM_SHARED_DATA", ROOT.parent / "shared/data"))
    if not (folder / "networks").is_dir() or not (folder / "cifar10/test_batch.bin").is_file():
        print(f"skipped: {folder} has no networks/ and cifar10/test_batch.bin (set APPROXTLM_SHARED_DATA)")
        sys.exit(77)
    return folder
