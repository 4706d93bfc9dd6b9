"""run.sh and test.sh as far as they go without building."""
import subprocess
import unittest

from program import ROOT


def bash(*arguments):
    return subprocess.run(["bash", *arguments], cwd=ROOT, text=True, capture_output=True, timeout=50, check=False)


class ScriptsTest(unittest.TestCase):
    def test_every_script_parses(self):
        for script in ("run.sh", "test.sh", ".ci/run", "cmake/build.sh"):
            done = bash("-n", script)
            self.assertEqual((done.returncode, done.stderr), (0, ""), script)

    def test_test_sh_explains_itself_and_refuses_unknown_options(self):
        done = bash("test.sh", "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("--quick", done.stdout)
        done = bash("test.sh", "--fast")
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (1, "", "test.sh: unknown option --fast (--quick, --tidy)\n"))

    def test_package_list_is_sorted_and_free_of_doubles(self):
        lines = (ROOT / "cmake/debian-packages.txt").read_text().splitlines()
        packages = [line for line in lines if not line.startswith("#")]
        self.assertEqual(packages, sorted(set(packages)))


if __name__ == "__main__":
    unittest.main()
