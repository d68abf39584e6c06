"""HTTP as bytes on a socket: for requests that no proper client would send."""

import socket
import time


def connect(port, timeout=10):
    connection = socket.create_connection(("127.0.0.1", port), timeout=timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def read_answer(connection):
    """(status, headers, body) of the next answer; (None, {}, b"") if the other side closed without one."""
    buffered = b""
    while b"\r\n\r\n" not in buffered:
        part = _receive(connection)
        if not part:
            return None, {}, buffered
        buffered += part
    head, body = buffered.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split(" ")[1])
    headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
    if status == 100:
        return read_answer(connection)
    while len(body) < int(headers.get("content-length", 0)):
        part = _receive(connection)
        if not part:
            break
        body += part
    return status, headers, body


def _receive(connection):
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        return b""


def send_all(connection, data):
    """Sends what the other side is willing to take: it may answer and close long before the end."""
    try:
        connection.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass


def ask(port, data, *, half_close=True, timeout=10):
    """One connection, these bytes, one answer. With `half_close` no more bytes can come, so nobody has to wait."""
    with connect(port, timeout) as connection:
        send_all(connection, data)
        if half_close:
            try:
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        return read_answer(connection)


def request(method, path, body=None, headers=()):
    """A well-formed request as bytes; `path` and `body` may hold anything."""
    path = path if isinstance(path, bytes) else path.encode("utf-8", "surrogateescape")
    head = method.encode() + b" " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    for name, value in headers:
        head += name.encode("latin-1") + b": " + value.encode("latin-1") + b"\r\n"
    if body is None:
        return head + b"\r\n"
    return head + b"Content-Type: application/json\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


def closed_within(connection, seconds):
    """Whether the other side closes this connection in that time; what it sends before is thrown away."""
    end = time.monotonic() + seconds
    while True:
        connection.settimeout(max(0.01, end - time.monotonic()))
        try:
            if not connection.recv(65536):
                return True
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False
