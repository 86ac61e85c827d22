"""keystrokes.py COUNT PROGRAM [ARGUMENT]...: how long a key takes to come back.

Puts the program on a terminal, waits until that shows `ready`, types one key after another, each when the one before has
come back, and prints the microseconds that each took, a line each.
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
