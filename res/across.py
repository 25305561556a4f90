# Listens on the ports that the cluster will use and calls the other nodes', for a few seconds. Sockets only,
# bound to this node's address; they close with the process, which ends by itself. Python 2.7 and 3.
# argv: balancer token self seconds mtu ports(tcp/6443,..) vrrp ipip(yes|no) peer=port,port ...
# balancer: ADDRESS=ports of a load balancer behind which the listeners stand, ?=ports when its name is not known, or -
# vrrp: this node's address in the family of the VIP whose routers are to be heard, or -
import binascii, os, select, socket, struct, sys, time

balancer, token, me, seconds, mtu, ports, vrrp, ipip = sys.argv[1:9]
peers = [(p.split("=")[0], [x for x in p.split("=")[1].split(",") if x]) for p in sys.argv[9:]]
six = ":" in me
family = socket.AF_INET6 if six else socket.AF_INET
end = time.time() + float(seconds)
heard = time.time() + 4  # a router says each second that it is there (RFC 9568, 6.1), unless it was told otherwise
mtu = int(mtu)
answer = lambda who: ("acp %s %s\n" % (token, who)).encode()
probe = lambda who: ("acp? %s %s\n" % (token, who)).encode()


def say(*words):
    sys.stdout.write("|" + " ".join(str(w) for w in words) + "\n")


listening, datagrams, held, conns = [], {}, [], {}
for port in [p for p in ports.split(",") if p]:
    kind, number = port.split("/")
    s = socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    try:
        if kind == "tcp":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((me, int(number)))
        if kind == "tcp":
            s.listen(64)
    except (socket.error, OSError):
        held.append(port)
        s.close()
        continue
    s.setblocking(False)
    if kind == "tcp":
        listening.append(s)
    else:
        datagrams[s] = port

raw_ipip = raw_vrrp = None
came, routers = set(), set()

def link_of(address):
    wanted = binascii.hexlify(socket.inet_pton(socket.AF_INET6, address)).decode()
    with open("/proc/net/if_inet6") as f:
        for line in f:
            if line.split()[0] == wanted:
                return int(line.split()[1], 16)
    raise OSError("no interface has " + address)


def hear_vrrp(own):
    s = socket.socket(socket.AF_INET6 if ":" in own else socket.AF_INET, socket.SOCK_RAW, 112)
    if ":" in own:
        group = socket.inet_pton(socket.AF_INET6, "ff02::12") + struct.pack("@I", link_of(own))
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
    else:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("224.0.0.18") + socket.inet_aton(own))
    s.setblocking(False)
    return s


try:
    if ipip == "yes" and not six:
        raw_ipip = socket.socket(socket.AF_INET, socket.SOCK_RAW, 4)
        raw_ipip.bind((me, 0))
        raw_ipip.setblocking(False)
except (socket.error, OSError):
    pass
try:
    if vrrp != "-":
        raw_vrrp = hear_vrrp(vrrp)
except (socket.error, OSError):
    pass

todo, done, trips, best = {}, {}, {}, {}
for peer, wanted in peers:
    for port in wanted:
        todo[(peer, port)] = "silent"
if balancer != "-":
    balancer, through = balancer.split("=")
    for port in through.split(","):
        todo[(balancer, port)] = "unresolved" if balancer == "?" else "silent"
calls = {}  # socket: (peer, port, began, buffer)
large, bulky = {}, set()  # peers to send a packet of full size over TCP, by a port that answered; such calls
heads = 92 if six else 72  # IP and TCP with every option that a data packet has
udp = socket.socket(family, socket.SOCK_DGRAM)
udp.bind((me, 0))
if not six:
    udp.setsockopt(socket.IPPROTO_IP, 10, 2)  # IP_MTU_DISCOVER = DO: never in fragments
else:
    udp.setsockopt(socket.IPPROTO_IPV6, 23, 2)
udp.setblocking(False)
sent, next_try = {}, 0
expect = set((p, q) for p, w in peers for q in ports.split(",") if q and q not in held)
finish = None


def inner():
    text = ("acp %s %s" % (token, me)).encode()
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(text), 0, 0, 1, 17, 0, socket.inet_aton("192.0.2.1"), socket.inet_aton("192.0.2.2"))
    return head + struct.pack("!HHHH", 9, 9, 8 + len(text), 0) + text


def dial(peer, port):
    s = socket.socket(family, socket.SOCK_STREAM)
    s.setblocking(False)
    try:
        s.bind((me, 0))
        s.connect_ex((peer, int(port.split("/")[1])))
        calls[s] = [peer, port, time.time(), b"", False]
        return s
    except (socket.error, OSError):
        s.close()


# What was sent went in packets of the interface's size: the kernel sends smaller ones where those got lost.
def full(s):
    info = s.getsockopt(socket.IPPROTO_TCP, 11, 104)  # TCP_INFO
    return struct.unpack("I", info[16:20])[0] >= mtu - heads


def call():
    for (peer, port), state in list(todo.items()):
        if peer == "?":
            continue
        kind, number = port.split("/")
        if kind == "udp":
            now = time.time()
            sent[(peer, port)] = now
            size = max(mtu - (48 if six else 28), 0) if (peer not in best) else 0
            text = probe(me + " " + port)
            for data in (text, text + b"." * max(size - len(text), 0)):
                try:
                    udp.sendto(data, (peer, int(number)))
                except (socket.error, OSError):
                    pass
            continue
        if not any(c[0] == peer and c[1] == port for c in calls.values()):
            dial(peer, port)
    for peer, port in large.items():
        if not any(calls[s][0] == peer for s in bulky if s in calls):
            s = dial(peer, port)
            if s:
                bulky.add(s)
    if raw_ipip:
        for peer, _ in peers:
            try:
                raw_ipip.sendto(inner(), (peer, 0))
            except (socket.error, OSError):
                pass


def won(peer, port, trip):
    todo.pop((peer, port), None)
    done[(peer, port)] = "ok"
    trips[peer] = min(trips.get(peer, 10**9), max(int(trip * 1e6), 1))


# A load balancer that says nothing is no stranger: many take every call, and hang up or wait when nobody stands behind.
def drop(s, state, mute=None):
    peer, port, _, text = calls.pop(s)[:4]
    s.close()
    if mute and peer == balancer and not text:
        state = mute
    if todo.get((peer, port), "wrong") != "wrong":  # a stranger that answered once is not forgotten
        todo[(peer, port)] = state


while time.time() < end:
    now = time.time()
    if now >= next_try:
        call()
        next_try = now + 0.4
    for s in [s for s, c in calls.items() if now - c[2] > 2]:
        drop(s, "silent" if not calls[s][4] else "wrong", "silent")
    raws = [s for s in (raw_ipip, raw_vrrp) if s]
    reading = listening + list(datagrams) + list(conns) + [udp] + raws + [s for s, c in calls.items() if c[4]]
    writing = [s for s, c in calls.items() if not c[4]]
    try:
        r, w, _ = select.select(reading, writing, [], 0.05)
    except (select.error, ValueError):
        break
    for s in w:
        if s not in calls:
            continue
        failed = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            drop(s, "refused" if failed == 111 else "silent")
            continue
        calls[s][4] = True
        calls[s][5:] = [time.time()]
        more = " " + "." * (mtu + 200) if s in bulky else ""
        s.send(probe(me + " " + calls[s][1] + more))
    for s in r:
        try:
            if s in listening:
                c, _ = s.accept()
                c.setblocking(False)
                conns[c] = b""
            elif s in conns:
                data = s.recv(65536)
                conns[s] += data
                if b"\n" in conns[s] or not data or len(conns[s]) > 70000:
                    words = conns[s].decode("ascii", "replace").split()
                    if len(words) >= 4 and words[0] == "acp?" and words[1] == token:
                        s.send(answer(me))
                        expect.discard((words[2], words[3]))
                    s.close()
                    del conns[s]
            elif s in datagrams:
                data, where = s.recvfrom(65535)
                words = data.decode("ascii", "replace").split()
                if len(words) >= 4 and words[0] == "acp?" and words[1] == token:
                    out = answer(me + " " + datagrams[s])
                    s.sendto(out + b"." * max(len(data) - len(out), 0), where)
                    expect.discard((words[2], words[3].rstrip(".")))
            elif s is udp:
                data, where = s.recvfrom(65535)
                words = data.decode("ascii", "replace").split()
                if len(words) >= 4 and words[:2] == ["acp", token]:
                    peer, port = words[2], words[3].rstrip(".")
                    if len(data) >= mtu - (48 if six else 28):
                        best[peer] = mtu
                        large.pop(peer, None)
                    if (peer, port) in todo:
                        won(peer, port, time.time() - sent[(peer, port)])
            elif s is raw_ipip:
                data = s.recv(65535)
                if ("acp " + token).encode() in data:
                    came.add(data.split(token.encode() + b" ")[1].decode("ascii", "replace"))
            elif s is raw_vrrp:
                data = s.recv(65535)
                # an IPv6 socket leaves the packet's header out
                start = 0 if ":" in vrrp else (ord(data[0:1]) & 15) * 4
                routers.add(ord(data[start + 1 : start + 2]))
            elif s in calls:
                data = s.recv(512)
                c = calls[s]
                c[3] += data
                if b"\n" in c[3] or not data:
                    # which one answers behind a load balancer is its own affair
                    through = c[0] == balancer
                    good = c[3].startswith(("acp %s " % token).encode()) if through else c[3] == answer(c[0])
                    if good and s in bulky:
                        if full(s):
                            best[c[0]] = mtu
                            large.pop(c[0], None)
                    elif good:
                        # the kernel's answer to the call does not wait for the peer's program
                        won(c[0], c[1], min(time.time() - c[5], c[5] - c[2]))
                        if not through and c[0] not in best:
                            large[c[0]] = c[1]
                    drop(s, "wrong", "closed")
        except (socket.error, OSError):
            if s in calls:
                drop(s, "refused")
            elif s in conns:
                s.close()
                del conns[s]
    ipip_done = not raw_ipip or len(came) >= len(peers)
    waits = todo or expect or large or not ipip_done or balancer != "-"
    if not waits and finish is None:
        finish = time.time() + 1.0  # answers that got lost are asked for again
        if vrrp != "-":
            finish = max(finish, heard)
    if finish is not None and time.time() > finish:
        break

sys.stdout.write("@@ across 0\n")
for port in held:
    say("held", port)
for (peer, port), state in sorted(list(done.items()) + list(todo.items())):
    say("dial", "balancer" if peer == balancer else peer, port, state)
for peer, trip in sorted(trips.items()):
    say("trip", peer, trip)
for peer, wanted in peers:
    if peer in trips:
        say("mtu", peer, best.get(peer, 0))
if raw_ipip:
    for peer, _ in peers:
        say("ipip", peer, "yes" if peer in came else "no")
if raw_vrrp:
    say("vrrp", " ".join(str(x) for x in sorted(routers)))
sys.stdout.write("@@ end 0\n")
