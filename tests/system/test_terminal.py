"""What a terminal, a pipe and a signal see."""
import os
import pty
import signal
import subprocess
import time
import unittest

from program import FEW, PROGRAM, ProgramTest


class TerminalTest(ProgramTest):
    def on_terminal(self, *arguments):
        """Exit code and what appeared on stderr as a terminal; stdout is a pipe."""
        master, slave = pty.openpty()
        with subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.DEVNULL, stderr=slave,
                              cwd=self.folder) as process:
            os.close(slave)
            shown = b""
            try:
                while chunk := os.read(master, 4096):
                    shown += chunk
            except OSError:  # the terminal closed with the program
                pass
            process.wait(timeout=60)
        os.close(master)
        return process.returncode, shown.decode()

    def test_terminal_has_one_redrawn_line(self):
        code, shown = self.on_terminal("run", *FEW)
        self.assertEqual(code, 0)
        self.assertIn("simulating [", shown)
        self.assertIn("classifying [", shown)
        self.assertIn("s left", shown)
        self.assertNotIn("\n", shown)
        self.assertTrue(shown.endswith("\r\x1b[K"), repr(shown[-20:]))

    def test_pipe_has_no_progress(self):
        done = self.run_here("run", *FEW)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_quiet_prints_nothing_and_still_writes(self):
        self.assertEqual(self.on_terminal("run", *FEW, "--quiet", "--output", "report"), (0, ""))
        self.assertTrue((self.folder / "report/report.json").is_file())
        self.assertEqual(self.succeed("run", *FEW, "--quiet"), "")

    def test_no_systemc_banner_and_no_warnings(self):
        done = self.run_here("run", *FEW, "--log-level", "info")
        self.assertNotIn("SystemC", done.stdout + done.stderr)
        self.assertNotIn("warning", done.stderr)

    def test_interrupt_ends_with_130_and_leaves_nothing(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen([PROGRAM, "run", "--images", "100000", "--output", "report"], cwd=self.folder,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                time.sleep(1)
                process.send_signal(number)
                out, err = process.communicate(timeout=20)
            self.assertEqual((process.returncode, out, err), (128 + number, b"", b""))
            self.assertEqual(list(self.folder.iterdir()), [])

    def test_closed_pipe_is_no_crash(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        done = subprocess.run([PROGRAM, "run", *FEW], stdout=write_end, stderr=subprocess.PIPE, text=True,
                              timeout=60, check=False)
        os.close(write_end)
        self.assertEqual((done.returncode, done.stderr), (1, "approxtlm: error: standard output cannot be written\n"))


if __name__ == "__main__":
    unittest.main()
