"""health_probe.py PORT: asks for /health until its input ends; prints how often, how often in vain, and the 99th percentile in seconds."""
import select
import socket
import sys
import time

PAUSE = 0.05  # seconds
REQUEST = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def healthy(port):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as caller:
        caller.sendall(REQUEST)
        answer = b""
        while piece := caller.recv(4096):
            answer += piece
    return answer.startswith(b"HTTP/1.1 200 ") and b'"status":"ok"' in answer


def main():
    port = int(sys.argv[1])
    times, failed = [], 0
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        began = time.perf_counter()
        try:
            failed += not healthy(port)
        except OSError:
            failed += 1
        times.append(time.perf_counter() - began)
    times.sort()
    print(len(times), failed, times[int(0.99 * (len(times) - 1))] if times else 0.0)


if __name__ == "__main__":
    main()
