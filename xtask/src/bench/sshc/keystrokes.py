"""keystrokes.py COUNT PROGRAM [ARGUMENT]...: measures how long the echo of a key takes.

Runs the program on a terminal and waits for `ready`. Then types one key after another, each after the echo of the one before,
and prints the microseconds of each, one per line.
"""

import os
import pty
import signal
import sys
import time

count, command = int(sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)

shown = b""
while b"ready\r\n" not in shown:
    shown += os.read(terminal, 4096)

for _ in range(count):
    start = time.perf_counter_ns()
    os.write(terminal, b"x")
    os.read(terminal, 4096)
    print((time.perf_counter_ns() - start) // 1000)

os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
