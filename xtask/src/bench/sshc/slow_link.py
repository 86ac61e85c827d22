"""Delays every packet between 198.18.0.1 and 198.18.0.2 by argv[1] seconds, in a network namespace of its own.

Both addresses are this machine: a packet to the second is sent back with its addresses swapped, as a packet from the second
to the first. Swapping them does not change the checksum.
"""
import collections
import fcntl
import os
import struct
import subprocess
import sys
import threading
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
IPV4 = 4

delay = float(sys.argv[1])
tunnel = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tunnel, TUNSETIFF, struct.pack("16sH", b"line0", IFF_TUN | IFF_NO_PI))
for arguments in ("link set lo up", "address add 198.18.0.1/30 dev line0", "link set line0 mtu 1500 up"):
    subprocess.run(["ip", *arguments.split()], check=True)

under_way = collections.deque()
news = threading.Condition()


def deliver():
    while True:
        with news:
            while not under_way:
                news.wait()
            due, packet = under_way.popleft()
        time.sleep(max(0.0, due - time.monotonic()))
        os.write(tunnel, packet)


threading.Thread(target=deliver, daemon=True).start()
print("up", flush=True)
while True:
    packet = os.read(tunnel, 65536)
    if packet[0] >> 4 == IPV4:
        returned = packet[:12] + packet[16:20] + packet[12:16] + packet[20:]
        with news:
            under_way.append((time.monotonic() + delay, returned))
            news.notify()
