#!/usr/bin/env python3
"""What the ELF files of folders and jars ask of the system they run on.

  elf-needs.py [--most 2.17] [--arch amd64|arm64] [--list] PATH...

Reads every version that a file needs of glibc's symbols (ELF's .gnu.version_r) and every library that it names
(DT_NEEDED), also of files inside jars. Ends with 1 when a file needs a newer glibc than --most, is of another
architecture, or names a library that is neither glibc's own nor beside it. Prints one summary line, and with --list
every file.
"""
import argparse
import os
import struct
import sys
import zipfile

# what glibc itself brings on every system of the support matrix; libz, libstdc++ and the like are not among them
GLIBC = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1",
         "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
MACHINES = {62: "amd64", 183: "arm64"}
DT_NEEDED, SHT_DYNAMIC, SHT_VERNEED = 1, 6, 0x6FFFFFFE


def text(data, at):
    return data[at:data.index(b"\0", at)].decode()


def read(data):
    """(machine, libraries, {version: [library]}) of a 64-bit little-endian file; None for what is no ELF file."""
    if data[:4] != b"\x7fELF":
        return None
    if data[4] != 2 or data[5] != 1:
        return "not 64-bit little-endian", set(), set()
    machine = MACHINES.get(struct.unpack_from("<H", data, 18)[0], "another machine")
    at, = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, at + i * size) for i in range(count)]
    libraries, versions = set(), set()
    for _, kind, _, _, offset, length, link, info, _, _ in sections:
        if kind == SHT_DYNAMIC:
            strings = sections[link][4]
            for i in range(offset, offset + length, 16):
                tag, value = struct.unpack_from("<qQ", data, i)
                if tag == DT_NEEDED:
                    libraries.add(text(data, strings + value))
        elif kind == SHT_VERNEED:
            strings, need = sections[link][4], offset
            for _ in range(info):
                _, amount, _, aux, step = struct.unpack_from("<HHIII", data, need)
                entry = need + aux
                for _ in range(amount):
                    _, _, _, name, following = struct.unpack_from("<IHHII", data, entry)
                    versions.add(text(data, strings + name))
                    entry += following
                need += step
    return machine, libraries, versions


def files(path):
    """Every file below a path as (name, bytes); a jar's native libraries as jar!entry."""
    names = [path] if os.path.isfile(path) else sorted(os.path.join(d, f) for d, _, fs in os.walk(path) for f in fs)
    for name in names:
        if os.path.islink(name):
            continue
        if name.endswith(".jar"):
            with zipfile.ZipFile(name) as jar:
                for entry in sorted(jar.namelist()):
                    if not entry.endswith((".class", "/")):
                        yield f"{name}!{entry}", jar.read(entry)
        else:
            with open(name, "rb") as f:
                yield name, f.read()


def number(version):
    return tuple(int(n) for n in version.split("."))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    arguments.add_argument("--most", default="2.17", metavar="VERSION", help="newest glibc that may be needed")
    arguments.add_argument("--arch", choices=sorted(MACHINES.values()), help="what every file must be for")
    arguments.add_argument("--list", action="store_true", help="name every file")
    arguments.add_argument("paths", nargs="+", metavar="PATH")
    asked = arguments.parse_args()
    found = [(name, *elf) for path in asked.paths for name, data in files(path) if (elf := read(data))]
    beside = {os.path.basename(name) for name, *_ in found}
    wrong, newest = [], (0,)
    for name, machine, libraries, versions in found:
        # what a jar holds for other machines and systems is never loaded here
        if "!" in name and machine != asked.arch:
            continue
        needs = sorted((number(v[6:]) for v in versions if v.startswith("GLIBC_") and v[6:7].isdigit()), reverse=True)
        top = needs[0] if needs else (0,)
        newest = max(newest, top)
        shown = ".".join(map(str, top)) if needs else "none"
        if asked.list:
            print(f"{name}: glibc {shown}")
        if top > number(asked.most):
            wrong.append(f"{name} needs glibc {shown}")
        if asked.arch and machine != asked.arch:
            wrong.append(f"{name} is for {machine}")
        for private in sorted(v for v in versions if v.startswith("GLIBC_") and not v[6:7].isdigit()):
            wrong.append(f"{name} needs {private}, which another glibc may lack")
        for library in sorted(libraries - GLIBC - beside):
            wrong.append(f"{name} needs {library}")
    if not found:
        wrong.append("no ELF file at all in " + ", ".join(asked.paths))
    print(f"{len(found)} ELF files; the newest glibc that one needs is {'.'.join(map(str, newest))} (limit {asked.most})")
    for line in wrong:
        print(f"elf-needs: {line}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
